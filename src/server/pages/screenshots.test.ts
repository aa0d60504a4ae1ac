// Every page in a real browser at the widths of a phone and a laptop: nothing overflows, nothing is logged as an error, and
// pictures lie in the temporary folder, under assay-pages, for whoever wants to look.

import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Fastify, { type FastifyInstance } from "fastify";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registerPages } from "../page-routes.ts";
import { type Gallery, openGallery } from "./fixtures/gallery.ts";

const CHROMIUM = "/usr/bin/chromium";
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

const WIDTHS = [390, 1280];
const folder = join(tmpdir(), "assay-pages");

const PAGES: { readonly [name: string]: (gallery: Gallery) => string } = {
  overview: () => "/",
  decisions: () => "/decisions",
  "decisions-not-found": () => "/decisions?find=d-nobody",
  declined: ({ shown }) => `/decisions/${shown["decline"]}`,
  "counter-offered": ({ shown }) => `/decisions/${shown["counterOffer"]}`,
  approved: ({ shown }) => `/decisions/${shown["approve"]}`,
  referred: ({ shown }) => `/decisions/${shown["refer"]}`,
  "by-a-person": ({ shown }) => `/decisions/${shown["person"]}`,
  replay: ({ shown }) => `/decisions/${shown["decline"]}/replay`,
  bundle: ({ bundle }) => `/bundles/${bundle}`,
  catalogue: () => "/features",
  "catalogue-search": () => "/features?search=late+payments",
  "catalogue-nothing": () => "/features?search=nonsense",
  feature: () => "/features/review/paidShare92d",
  "feature-simple": () => "/features/review/lateCount92d",
  "no-such-feature": () => "/features/review/nonsense",
  monitoring: () => "/monitoring",
  "monitoring-quiet": ({ reports }) => `/monitoring/${reports[1]}`,
  "no-such-report": () => "/monitoring/none",
  learning: () => "/learning",
  "loop-rolled-back": () => "/learning/loop-6a0f6f0e-1b1e-4f7f-9d0f-2f8f0f9a1c11",
  "loop-paused": () => "/learning/loop-paused",
  "loop-failed": () => "/learning/loop-failed",
  facts: () => "/facts",
  "no-such-decision": () => "/decisions/d-nobody",
};

describe.skipIf(!existsSync(CHROMIUM))(`pages in a browser (skipped where there is no ${CHROMIUM})`, () => {
  let app: FastifyInstance;
  let browser: Browser;
  let gallery: Gallery;
  let address: string;

  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    gallery = await openGallery();
    app = Fastify();
    registerPages(app, gallery.parts);
    address = await app.listen({ port: 0, host: "127.0.0.1" });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  for (const [name, pathOf] of Object.entries(PAGES)) {
    test.each(WIDTHS)(`${name} at %i px`, async (width) => {
      const { overflow, complaints } = await look(name, pathOf(gallery), width, "light");
      expect(complaints).toEqual([]);
      expect(overflow).toEqual([]);
    });
  }

  test.each(WIDTHS)("the overview in the dark at %i px", async (width) => {
    expect(await look("overview-dark", "/", width, "dark")).toEqual({ overflow: [], complaints: [] });
  });

  async function look(name: string, path: string, width: number, colorScheme: "light" | "dark") {
    const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme });
    const complaints: string[] = [];
    // A page for something that is not there is a 404 by right, and the browser says so.
    const expected = /no-such|not-found/.test(name) ? /status of 404/ : /^$/;
    page.on("console", (message) => {
      if (message.type() === "error" && !expected.test(message.text())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("requestfailed", (request) => complaints.push(`not loaded: ${request.url()}`));
    await page.goto(address + path, { waitUntil: "load" });
    const overflow = await page.evaluate(beyondTheEdge);
    await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
    await page.close();
    return { overflow, complaints };
  }
});

/** Runs in the page: what reaches beyond its edge, unless a frame of its own scrolls it. */
function beyondTheEdge(): string[] {
  const edge = document.documentElement.clientWidth;
  const found = [...document.querySelectorAll("body *")].filter((element) => {
    if (element.closest(".scroll, svg, .skip") !== null && !element.matches(".scroll, svg")) return false;
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.right > edge + 1 && !element.matches(".skip");
  });
  const names = found.map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}`);
  return document.documentElement.scrollWidth > edge ? [...names, "the page scrolls sideways"] : names;
}
