/** Written by web/dev/standalone-plugin.ts. */
declare module 'virtual:nfscope-standalone' {
  import type { PageParts } from './page-file.ts';
  /** Null in a page that is a file itself. */
  export const parts: PageParts | null;
}
