/** Gives the page the parts of a page file as a module that it imports when somebody saves one: no request but for a script of its own. */
import type { Plugin } from 'vite';
import { buildPageParts, PARTS_MODULE } from './standalone-build.ts';

export function standalonePage(): Plugin {
  return {
    name: 'nfscope-standalone',
    resolveId: (id) => (id === PARTS_MODULE ? `\0${PARTS_MODULE}` : null),
    load: async (id) => {
      if (id !== `\0${PARTS_MODULE}`) return null;
      return `export const parts = ${JSON.stringify(await buildPageParts())};`;
    },
  };
}
