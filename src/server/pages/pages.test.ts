// Pages as answers: what they say, what they forbid, and what they do with what is absent, altered or hostile.

import Fastify, { type FastifyInstance } from "fastify";
import { parseHTML } from "linkedom";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registerPages } from "../page-routes.ts";
import { type Gallery, openGallery } from "./fixtures/gallery.ts";

let gallery: Gallery;
let app: FastifyInstance;

beforeAll(async () => {
  gallery = await openGallery();
  app = appOver(gallery.parts);
});

afterAll(async () => {
  await app.close();
});

function appOver(parts: Gallery["parts"]): FastifyInstance {
  const made = Fastify();
  registerPages(made, parts);
  return made;
}

async function read(path: string, from: FastifyInstance = app) {
  const answer = await from.inject({ method: "GET", url: path });
  const { document } = parseHTML(answer.body);
  return { answer, document, text: document.body?.textContent?.replace(/\s+/g, " ") ?? "" };
}

function everyPath(): string[] {
  const decisions = Object.values(gallery.shown).flatMap((id) => [`/decisions/${id}`, `/decisions/${id}/replay`]);
  const catalogue = ["/features", "/features?search=late", "/features/review/paidShare92d"];
  return [
    "/",
    "/?attribute=education",
    "/decisions",
    "/facts",
    `/bundles/${gallery.bundle}`,
    ...catalogue,
    ...decisions,
  ];
}

test("every page is whole: one heading, captions, labels, unique ids, no style or script of its own", async () => {
  for (const path of everyPath()) {
    const { answer, document } = await read(path);
    expect([path, answer.statusCode]).toEqual([path, 200]);
    expect([path, document.querySelectorAll("h1").length]).toEqual([path, 1]);
    for (const table of document.querySelectorAll("table"))
      expect(table.querySelector("caption")?.textContent).toBeTruthy();
    for (const image of document.querySelectorAll("[role=img]")) expect(image.getAttribute("aria-label")).toBeTruthy();
    for (const field of document.querySelectorAll("input"))
      expect(document.querySelector(`label[for=${field.id}]`)).not.toBeNull();
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    expect(ids).toEqual([...new Set(ids)]);
    expect(answer.body).not.toMatch(/<script|<style|\sstyle="|\son[a-z]+="/i);
    expect(answer.body).not.toMatch(/undefined|\bNaN\b|\[object/);
  }
});

test("every link leads to a page or a part of one", async () => {
  for (const path of [
    "/",
    "/features",
    "/features/review/paidShare92d",
    "/decisions",
    `/decisions/${gallery.shown["person"]}`,
    `/bundles/${gallery.bundle}`,
  ]) {
    const { document } = await read(path);
    for (const link of [...document.querySelectorAll("a[href], link[href]")].slice(0, 40)) {
      const href = link.getAttribute("href")!;
      if (href.startsWith("#")) expect(document.getElementById(href.slice(1))).not.toBeNull();
      else expect([href, (await app.inject(href)).statusCode < 400]).toEqual([href, true]);
    }
  }
});

test("pages may load their style sheet and nothing else, and are not kept", async () => {
  const { answer, document } = await read("/");
  expect(answer.headers["content-security-policy"]).toContain("default-src 'none'; style-src 'self'");
  expect(answer.headers["cache-control"]).toBe("no-store");
  const sheet = await app.inject(document.querySelector("link[rel=stylesheet]")!.getAttribute("href")!);
  expect(sheet.headers["content-type"]).toContain("text/css");
  expect(sheet.body).not.toMatch(/url\(|@import/);
});

describe("the overview", () => {
  test("says what is simulated, what was decided, which model and why, and what was invented", async () => {
    const { text } = await read("/");
    expect(text).toContain("3 October 2005, 12:00 (UTC+08:00)");
    expect(text).toContain("3,000 decisions");
    expect(text).toContain((await gallery.parts.evaluation())!.choice.sentence);
    for (const fact of [...gallery.parts.facts.invented, ...gallery.parts.facts.caveats]) expect(text).toContain(fact);
  });

  test("compares cut-offs by the attribute that was asked for, or by the first", async () => {
    expect((await read("/?attribute=age")).document.querySelector("#cutoffs caption")?.textContent).toContain("by age");
    expect((await read("/?attribute=nonsense")).document.querySelector("#cutoffs caption")?.textContent).toContain(
      "by sex",
    );
  });

  test("says what to do where nothing is released", async () => {
    const bare = appOver({
      ...gallery.parts,
      bundle: async () => null,
      evaluation: async () => null,
      fairness: async () => null,
      counts: async () => [],
      story: async () => ({ parity: "unreadable" }),
    });
    const { text, answer } = await read("/", bare);
    expect(answer.statusCode).toBe(200);
    expect(text).toContain("Nothing is released yet");
    expect(text).toContain("No decision has been made yet");
    expect((await read("/bundles", bare)).answer.statusCode).toBe(404);
  });
});

describe("decisions", () => {
  test("are listed a page at a time, each once", async () => {
    const seen: string[] = [];
    let path: string | null = "/decisions";
    while (path !== null) {
      const { document }: Awaited<ReturnType<typeof read>> = await read(path);
      seen.push(...[...document.querySelectorAll("tbody th a")].map((link) => link.textContent ?? ""));
      path = document.querySelector("a[rel=next]")?.getAttribute("href") ?? null;
    }
    expect(seen).toHaveLength(3001);
    expect(new Set(seen).size).toBe(3001);
  });

  test("are found by id, and what is not found is said without executing it", async () => {
    const id = gallery.shown["decline"]!;
    const found = await app.inject(`/decisions?find=${id}`);
    expect([found.statusCode, found.headers.location]).toEqual([303, `/decisions/${id}`]);
    const hostile = await read(`/decisions?find=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(hostile.answer.statusCode).toBe(404);
    expect(hostile.document.querySelector("script")).toBeNull();
    expect(hostile.document.querySelector("input")?.getAttribute("value")).toBe('"><script>alert(1)</script>');
  });

  test("that are adverse show the letter with every reason and the values behind it", async () => {
    const id = gallery.shown["decline"]!;
    const { document, text } = await read(`/decisions/${id}`);
    const notice = (await gallery.parts.notice(id))!;
    expect(document.querySelector(".letter h2")?.textContent).toBe(notice.heading);
    expect(document.querySelectorAll(".letter ol > li")).toHaveLength(notice.reasons.length);
    const shown = document.querySelectorAll(".letter ol dd").length;
    expect(shown).toBe(notice.reasons.reduce((sum, reason) => sum + reason.values.length, 0));
    for (const paragraph of [...notice.paragraphs, ...notice.closing]) expect(text).toContain(paragraph);
  });

  test("list every rule with its verdict and every contribution", async () => {
    const id = gallery.shown["counterOffer"]!;
    const { document } = await read(`/decisions/${id}`);
    const { decision } = (await gallery.parts.decision(id))!;
    expect(document.querySelectorAll("#trace tbody tr")).toHaveLength(decision.trace.length);
    const bars = document.querySelectorAll(
      '#contributions .wide g[aria-label="bar"] rect, #contributions .wide g[aria-label="bar"] path',
    );
    expect(bars.length).toBe(decision.contributions!.length);
  });

  test("that are referrals name what stands in the way and lead to what a person decided", async () => {
    const { document } = await read(`/decisions/${gallery.shown["refer"]}`);
    expect(document.querySelectorAll(".letter ol > li").length).toBeGreaterThan(0);
    expect(document.querySelector(`.letter a[href="/decisions/${gallery.shown["person"]}"]`)).not.toBeNull();
    expect((await read(`/decisions/${gallery.shown["person"]}`)).text).toContain("r.chen");
  });

  test("say so where the record was altered or the bundle is gone", async () => {
    const id = gallery.shown["decline"]!;
    const stored = (await gallery.parts.decision(id))!;
    const altered = appOver({
      ...gallery.parts,
      decision: async () => ({ ...stored, intact: false }),
      bundle: async () => null,
    });
    const { document, text, answer } = await read(`/decisions/${id}`, altered);
    expect(answer.statusCode).toBe(200);
    expect(document.querySelector("[role=alert]")?.textContent).toContain("altered after it was written");
    expect(text).toContain("The letter cannot be shown");
  });

  test("replayed are the same, or name what differs", async () => {
    const id = gallery.shown["decline"]!;
    expect((await read(`/decisions/${id}/replay`)).text).toContain("Bit for bit the same");
    const different = appOver({
      ...gallery.parts,
      replay: async (decisionId) => ({ decisionId, same: false, differences: ["outputs", "reasons"] }),
    });
    const { document, text } = await read(`/decisions/${id}/replay`, different);
    expect(text).toContain("Not the same");
    expect([...document.querySelectorAll(".replayed li")].map((item) => item.textContent)).toEqual([
      "Outputs",
      "Reasons",
    ]);
  });
});

describe("the catalogue", () => {
  test("lists every feature with who uses it, whether it is in force and how often it was missing", async () => {
    const { document, text } = await read("/features");
    const all = await gallery.parts.features("");
    expect(document.querySelectorAll("#set-review tbody tr")).toHaveLength(all.length);
    expect(text).toContain("Card-risk answers for it, for credit.");
    const row = [...document.querySelectorAll("#set-review tbody tr")].find((each) =>
      each.textContent?.includes("paidShare92d"),
    );
    expect(row?.textContent).toContain("pd");
    expect(row?.querySelector(".tag")?.textContent).toBe("yes");
    expect(row?.querySelector("td.figure")?.textContent).toMatch(/^\d+\.\d/);
  });

  test("finds features by words, names first, and says so where none has them all", async () => {
    const { document } = await read("/features?search=PAID+share");
    const names = [...document.querySelectorAll("#set-review tbody th code")].map((code) => code.textContent);
    expect(names.slice(0, 2)).toEqual(["paidShare92d", "paidShare184d"]);
    expect(document.querySelector("input")?.getAttribute("value")).toBe("PAID share");
    const hostile = await read(`/features?search=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(hostile.text).toContain("No feature says all of these words.");
    expect(hostile.document.querySelector("script")).toBeNull();
  });

  test("draws where a feature comes from, who stands on it, what was seen of it and how fresh it is", async () => {
    const { document, text } = await read("/features/review/paidShare92d");
    const { lineage, entry } = (await gallery.parts.feature("review", "paidShare92d"))!;
    expect(document.querySelectorAll("#lineage .wide rect")).toHaveLength(lineage.nodes.length);
    expect(document.querySelectorAll("#lineage .wide path")).toHaveLength(lineage.edges.length);
    expect(document.querySelectorAll("#users tbody tr")).toHaveLength(entry.users.length);
    expect(document.querySelectorAll("#seen tbody tr")).toHaveLength(Object.keys(entry.seen[0]!.missing).length);
    expect(document.querySelectorAll("#freshness tbody tr")).toHaveLength(entry.feeds.length);
    expect(entry.feeds.length).toBeGreaterThan(0);
    for (const said of [entry.meaningHash, entry.expression, entry.reason!, entry.owner!]) expect(text).toContain(said);
  });

  test("has a page for no feature that is not there", async () => {
    for (const path of ["/features/review/nonsense", "/features/nonsense/paidShare92d"])
      expect((await read(path)).answer.statusCode).toBe(404);
  });
});

test("names from outside are text wherever they stand", async () => {
  const hostile = '<img src=x onerror="alert(1)">';
  const id = gallery.shown["decline"]!;
  const stored = (await gallery.parts.decision(id))!;
  const decision = { ...stored.decision, application: hostile, parties: [{ role: "applicant", entity: hostile }] };
  const made = appOver({
    ...gallery.parts,
    workspaceName: hostile,
    facts: { invented: [hostile], caveats: [hostile] },
    decision: async () => ({ ...stored, decision }),
  });
  for (const path of ["/", "/facts", `/decisions/${id}`]) {
    const { document, text } = await read(path, made);
    expect(document.querySelector("img")).toBeNull();
    expect(text).toContain(hostile);
  }
});

test("what is not there is a page that says so", async () => {
  for (const path of ["/decisions/d-nobody", "/decisions/d-nobody/replay", "/bundles/abc"]) {
    const { answer, text } = await read(path);
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
    expect(text).toContain("Not found");
  }
});

test("the bundle's page shows every feature, reason, rule and limit", async () => {
  const { document, text } = await read(`/bundles/${gallery.bundle}`);
  const bundle = (await gallery.parts.bundle())!.document;
  const features = bundle.featureSets.reduce((sum, { node }) => sum + node.features.length, 0);
  expect(document.querySelectorAll("#features tbody tr")).toHaveLength(features);
  expect(document.querySelectorAll("#reasons tbody tr")).toHaveLength(bundle.reasons.reasons.length);
  for (const said of [...bundle.limits, bundle.intendedUse, bundle.jurisdiction.creditorNotice])
    expect(text).toContain(said);
  expect(text).toContain("prohibited: in the vault");
});
