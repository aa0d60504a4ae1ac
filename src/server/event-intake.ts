// How bodies of events come in: at most so many bytes of them at a time, the rest told to come again, and gzip inflated
// under the limit that plain bodies have. A slow disk makes clients wait or come again; it never fills the memory.

import type { Readable } from "node:stream";
import { pipeline, Transform } from "node:stream";
import { createGunzip } from "node:zlib";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { AssayError, isAssayError } from "../base/index.ts";
import { problems } from "./errors.ts";

export interface IntakeLimits {
  /** Of one body, inflated. */
  readonly bodyBytes: number;
  /** Of all bodies that are being read, or wait for history. */
  readonly inFlightBytes: number;
}

/** Bytes that one request may hold until it is answered. */
interface Reservation {
  readonly bytes: number;
  /** History has it: a client that hangs up gives nothing back any more. */
  working: boolean;
}

export class EventIntake {
  readonly #limits: IntakeLimits;
  readonly #held = new Map<FastifyRequest, Reservation>();
  #bytes = 0;

  constructor(limits: IntakeLimits) {
    this.#limits = limits;
  }

  /** Guards the bodies sent to `path`. Refuses with ASSAY_SERVER_BUSY, MEDIA_TYPE, BAD_ENCODING or BODY_TOO_LARGE. */
  guard(app: FastifyInstance, path: string): void {
    app.addHook("preParsing", async (request, reply, body) => {
      if (request.routeOptions.url !== path) return body;
      const encoding = request.headers["content-encoding"] ?? "identity";
      if (encoding !== "gzip" && encoding !== "identity") {
        throw new AssayError(problems.MEDIA_TYPE("the content encoding", { accepted: "gzip, or no content encoding" }));
      }
      this.#reserve(request, encoding);
      reply.raw.once("close", () => {
        if (this.#held.get(request)?.working === false) this.#release(request);
      });
      return encoding === "gzip" ? inflated(body as Readable, this.#limits.bodyBytes) : body;
    });
  }

  /** Runs what takes the events in; what they hold is given back afterwards. */
  async working<T>(request: FastifyRequest, work: () => Promise<T>): Promise<T> {
    const held = this.#held.get(request);
    if (held !== undefined) held.working = true;
    try {
      return await work();
    } finally {
      this.#release(request);
    }
  }

  /** A body whose length nobody can tell yet counts as the largest. The first is always let in. */
  #reserve(request: FastifyRequest, encoding: string): void {
    const said = Number(request.headers["content-length"]);
    const { bodyBytes, inFlightBytes } = this.#limits;
    const bytes = encoding === "gzip" || !Number.isSafeInteger(said) ? bodyBytes : said;
    if (this.#bytes > 0 && this.#bytes + bytes > inFlightBytes) throw new AssayError(problems.BUSY("the service"));
    this.#bytes += bytes;
    this.#held.set(request, { bytes, working: false });
  }

  #release(request: FastifyRequest): void {
    this.#bytes -= this.#held.get(request)?.bytes ?? 0;
    this.#held.delete(request);
  }
}

/** The framework compares `receivedEncodedLength` with the length that the client said. */
function inflated(body: Readable, limit: number): Readable {
  let bytes = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limit) done(new AssayError(problems.BODY_TOO_LARGE("the body, inflated")));
      else done(null, chunk);
    },
  });
  const counted = Object.assign(bounded, { receivedEncodedLength: 0 });
  const encoded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      counted.receivedEncodedLength += chunk.length;
      done(null, chunk);
    },
  });
  const gunzip = createGunzip();
  gunzip.once("error", () => counted.destroy(new AssayError(problems.BAD_ENCODING("the body"))));
  pipeline(body, encoded, gunzip, counted, (error) => {
    // Of what the library says of broken gzip the client is told nothing: it may quote the body.
    if (error && !isAssayError(error)) counted.destroy(new AssayError(problems.BAD_ENCODING("the body")));
  });
  return counted;
}
