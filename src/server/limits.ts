// How much one client may ask of the service. Nothing here fetches an address that a client names.

export const limits = {
  bodyBytes: 1 << 20,
  eventBodyBytes: 16 << 20,
  /** Of events, over all requests that are being read or wait for history. */
  eventBytesInFlight: 64 << 20,
  /** In one request; larger loads are sent in batches. */
  events: 20_000,
  /** How long a request waits for a position of the log. */
  afterMs: 2_000,
  afterMsMost: 10_000,
  headerBytes: 16 << 10,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 30_000,
  pathParameterLength: 256,
  /** How long a stop waits for requests in flight. */
  drainMs: 10_000,
} as const;
