/**
 * Which dumps of a node to open if nobody chooses: what the kernel had, each thing once. A configuration file may differ from what is loaded;
 * a table read twice would be shown twice.
 */
import type { DumpSign } from './detect-dump.ts';
import { fileNameOf } from './nodes.ts';

export interface Choice {
  readonly path: readonly string[];
  readonly sign: DumpSign;
  readonly size: number;
  readonly crc: number;
}

const CONFIGURATION = /(?:^|\/)(?:etc|usr|lib|opt)\/|\.(?:conf|rules|sh|service|ya?ml)$/i;
const LOG = /\.log(?:\.\d+)?$|(?:^|\/)(?:journal|messages|syslog)[^/]*$/i;

/** For each dump of one node a few words that say why it is not opened at once, or null where it is. */
export function prefer(dumps: readonly Choice[]): (string | null)[] {
  const notes: (string | null)[] = dumps.map(({ path, sign }) => placeNote(path, sign));
  // Where all are of one kind that is not preferred, they are all there is.
  if (!notes.includes(null)) notes.fill(null);
  noteTwins(dumps, notes);
  noteCoarser(dumps, notes);
  return notes;
}

function placeNote(path: readonly string[], { sureness, format }: DumpSign): string | null {
  if (format === 'shell') return 'commands: may differ from what is loaded';
  const inside = path.slice(1).join('/');
  if (CONFIGURATION.test(inside)) return 'a configuration file: may differ from what is loaded';
  if (LOG.test(inside) || sureness < 0.6) return 'part of a log';
  return null;
}

/** The same bytes twice, and the same place twice (tar keeps both, and the later one counts). */
function noteTwins(dumps: readonly Choice[], notes: (string | null)[]): void {
  const contents = new Map<string, number>();
  const places = new Map<string, number>();
  for (const [at, { path, size, crc }] of dumps.entries()) {
    const content = `${size} ${crc}`;
    const place = path.join('\0');
    const same = contents.get(content);
    const earlier = places.get(place);
    if (same !== undefined && notes[same] === null) notes[at] ??= `the same as ${fileNameOf(dumps[same]?.path ?? [])}`;
    else if (earlier !== undefined) notes[earlier] ??= 'replaced by a later file of the same name';
    if (notes[at] === null) {
      contents.set(content, at);
      places.set(place, at);
    }
  }
}

/** A listing that tells less about the same tables than another one does. */
function noteCoarser(dumps: readonly Choice[], notes: (string | null)[]): void {
  const open = dumps.filter((_, at) => notes[at] === null);
  const has = (format: string): boolean => open.some(({ sign }) => sign.format === format);
  for (const [at, { sign }] of dumps.entries()) {
    if (notes[at] !== null) continue;
    const [tool] = sign.format.split('-');
    if (sign.format === 'nft-json' && has('nft')) notes[at] = 'the same ruleset as JSON';
    else if (/^(?:ip6?|eb|arp)tables-/.test(sign.format) && !sign.format.endsWith('-save') && has(`${tool}-save`))
      notes[at] = `tells less than ${tool}-save`;
    else if (sign.format === 'ipset-list' && has('ipset-save')) notes[at] = 'the same sets as ipset save';
  }
}
