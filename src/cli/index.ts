export type { Story } from "./demo/story.ts";
