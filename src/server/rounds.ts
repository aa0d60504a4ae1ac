// What a service does again and again beside its requests: a round, a pause, the next; one at a time, also on demand.

export interface Rounds {
  /** A round after the one under way. Never rejects: what went wrong was told. */
  run(): Promise<void>;
  /** Ends after the round under way. */
  stop(): Promise<void>;
}

/** The first round comes after a pause. `failed` hears what a round threw; the next one comes all the same. */
export function startRounds(pauseMs: number, round: () => Promise<void>, failed: (error: unknown) => void): Rounds {
  let turn: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const run = (): Promise<void> => {
    turn = turn.then(round).catch(failed);
    return turn;
  };
  const schedule = (): void => {
    timer = setTimeout(() => void run().then(() => stopped || schedule()), pauseMs).unref();
  };
  schedule();
  return {
    run,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await turn;
    },
  };
}
