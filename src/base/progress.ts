/** Long work reports here; doors draw it. `total` is 0 while unknown. */
export interface ProgressEvent {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
}

export type Progress = (event: ProgressEvent) => void;

export const silent: Progress = () => {};
