// The service as the story asks it: over HTTP with a key, like any other client.

import { AssayError } from "../../base/index.ts";
import { openKeys, rights } from "../../server/index.ts";
import type { Workspace } from "../../workspace/index.ts";
import { problems } from "../errors.ts";

export class ServiceClient {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  static async open(workspace: Workspace, url: string): Promise<ServiceClient> {
    const { token } = await (await openKeys(await workspace.metadata())).createKey("demo", [...rights]);
    return new ServiceClient(url, token);
  }

  async post(path: string, body: unknown, idempotencyKey?: string): Promise<Response> {
    return await fetch(this.#url + path, {
      method: "POST",
      headers: {
        authorization: `Bearer ${this.#token}`,
        "content-type": "application/json",
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      },
      body: JSON.stringify(body),
    });
  }

  /** What must be answered well. Throws ASSAY_CLI_STEP_FAILED. */
  async posted<T>(path: string, body: unknown, idempotencyKey?: string): Promise<T> {
    return await answered(path, await this.post(path, body, idempotencyKey));
  }

  async get<T>(path: string): Promise<T> {
    return await answered(path, await fetch(this.#url + path, { headers: { authorization: `Bearer ${this.#token}` } }));
  }
}

/** The document of an answer that must be a good one. Throws ASSAY_CLI_STEP_FAILED. */
export async function answered<T>(path: string, answer: Response): Promise<T> {
  if (answer.ok) return (await answer.json()) as T;
  throw new AssayError(problems.STEP_FAILED(path, { why: `it answered ${answer.status}: ${await answer.text()}` }));
}
