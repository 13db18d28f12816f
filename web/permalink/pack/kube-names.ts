/**
 * Leaves out of a text what can be computed from the rest of it: the hashes in kube-proxy's chain names. Random letters are what compresses
 * worst, and they are most of what is left of a large node's dump.
 *
 * kube-proxy names its chains by SHA-256 in base32 (Kubernetes, pkg/proxy/iptables/proxier.go and pkg/proxy/nftables/proxier.go):
 *
 *     KUBE-SVC-, -SVL-, -EXT-, -FW-, -XLB-   16 letters of  NAME + protocol                 NAME: namespace/service:port
 *     KUBE-SEP-                              16 letters of  NAME + protocol + endpoint
 *     service-, endpoint-, ...               8 letters of   what follows them and a dash
 *
 * and writes NAME and endpoint into the comments of the same rules. Each hash that is found again becomes one control character that says
 * how; every other hash stays as it is. Nothing is assumed of the text: `restoreKubeNames(leaveOutKubeNames(text))` is the text, or
 * `leaveOutKubeNames` gives null.
 */
import { sha256 } from './sha256.ts';

/** By the comment of the same line, with this protocol. */
const BY_LINE = { '\u0001': 'tcp', '\u0002': 'udp', '\u0003': 'sctp' } as const;
/** Of a rule's own chain: that of the rule before. Of a chain that it jumps to: the hash of its own. */
const SAME = '\u0004';
/** Of declarations: the next one in the order of names. Of rules: the chain declared after that of the rule before. */
const NEXT = '\u0005';
/** Of nft's names: by what follows. */
const BY_PATH = '\u0001';

const HAS_MARKS = /[\u0001-\u0005]/;
const KUBE = /KUBE-(?:SVC|SVL|SEP|EXT|FW|XLB)-([A-Z2-7]{16}|[\u0001-\u0005])(?![A-Z2-7])/g;
/** A rule and its own chain, with counters or without. */
const OWN = /^(?:\[\d+:\d+\] )?-A KUBE-\S+/;
const PATH = /-([A-Z2-7]{8}|\u0001)-([^\s{},;"]+)/g;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const HASH = 16;

const encoder = new TextEncoder();

/** Null where nothing can be left out, or where the text has characters that are used as marks. O(text), and one SHA-256 for each name. */
export function leaveOutKubeNames(text: string): string | null {
  if (HAS_MARKS.test(text)) return null;
  const hashes = new Hashes();
  let any = false;
  const left = walk(text, hashes, (place) => {
    const { hash } = place;
    const mark = place.marks().find((one) => one.hash() === hash)?.mark;
    if (mark !== undefined) any = true;
    return { hash, written: mark ?? hash };
  }).replace(PATH, (whole: string, hash: string, path: string) => {
    if (hash.length !== 8 || hashes.of(path, 8) !== hash) return whole;
    any = true;
    return `-${BY_PATH}-${path}`;
  });
  return any && restoreKubeNames(left) === text ? left : null;
}

/** Undoes `leaveOutKubeNames`. A mark that leads nowhere stays. */
export function restoreKubeNames(left: string): string {
  const hashes = new Hashes();
  return walk(left, hashes, (place) => {
    if (place.hash.length === HASH) return { hash: place.hash, written: place.hash };
    const hash =
      place
        .marks()
        .find(({ mark }) => mark === place.hash)
        ?.hash() ?? place.hash;
    return { hash, written: hash };
  }).replace(PATH, (whole: string, hash: string, path: string) =>
    hash === BY_PATH ? `-${hashes.of(path, 8)}-${path}` : whole,
  );
}

/** One hash in the text, or the mark in its place, and the ways to compute it. */
interface Place {
  readonly hash: string;
  readonly marks: () => readonly { readonly mark: string; readonly hash: () => string | undefined }[];
}

type Write = (place: Place) => { readonly hash: string; readonly written: string };

/** Goes through the text table by table, because a table's declarations stand before the rules that tell their names. */
function walk(text: string, hashes: Hashes, write: Write): string {
  return text
    .split(/(?<=^COMMIT\n)/m)
    .map((table) => (table.includes('KUBE-') ? walkTable(table, hashes, write) : table))
    .join('');
}

function walkTable(table: string, hashes: Hashes, write: Write): string {
  const lines = table.split('\n');
  const told = namesTold(lines, hashes);
  const declared: string[] = [];
  const places = new Map<string, number>();
  let last = '';
  let before = '';
  return lines
    .map((line) => {
      if (!line.includes('KUBE-')) {
        if (!line.startsWith(':')) before = '';
        return line;
      }
      const isDeclaration = line.startsWith(':');
      const facts = factsOf(line);
      const own = OWN.exec(line)?.[0].length ?? 0;
      let owner = '';
      const written = line.replace(KUBE, (name: string, hash: string, at: number) => {
        const prefix = name.slice(0, -hash.length);
        const isOwner = at < own;
        const marks = () => [
          ...(isDeclaration ? [{ mark: NEXT, hash: () => hashFor(prefix, firstAfter(told, last)) }] : []),
          ...(isOwner
            ? [
                { mark: SAME, hash: () => hashFor(prefix, before) },
                { mark: NEXT, hash: () => hashFor(prefix, declared[(places.get(before) ?? -1) + 1]) },
              ]
            : []),
          ...Object.entries(BY_LINE).map(([mark, protocol]) => ({
            mark,
            hash: () => hashes.ofLine(prefix, facts, protocol),
          })),
          ...(owner === '' ? [] : [{ mark: SAME, hash: () => owner.slice(-HASH) }]),
        ];
        const done = write({ hash, marks });
        const full = prefix + done.hash;
        if (isDeclaration) {
          last = full;
          places.set(full, declared.length);
          declared.push(full);
        }
        if (isOwner) owner = full;
        return prefix + done.written;
      });
      if (owner !== '') before = owner;
      return written;
    })
    .join('\n');
}

function hashFor(prefix: string, name: string | undefined): string | undefined {
  return name?.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}

/** The names that a table's rules lead to, in order. Not those of the rules' own chains, whose marks refer to the declarations. */
function namesTold(lines: readonly string[], hashes: Hashes): readonly string[] {
  const names = new Set<string>();
  for (const line of lines) {
    if (line.startsWith(':') || !line.includes('KUBE-')) continue;
    const facts = factsOf(line);
    const [own = ''] = OWN.exec(line) ?? [];
    for (const [name, hash] of line.slice(own.length).matchAll(KUBE) as Iterable<[string, string]>) {
      const prefix = name.slice(0, -hash.length);
      if (hash.length === HASH) {
        if (!own.endsWith(hash) || isOfLine(name, hash, facts, hashes)) names.add(name);
        continue;
      }
      const protocol = BY_LINE[hash as keyof typeof BY_LINE] as string | undefined;
      const found = protocol === undefined ? undefined : hashes.ofLine(prefix, facts, protocol);
      if (found !== undefined) names.add(prefix + found);
    }
  }
  return [...names].sort();
}

function isOfLine(name: string, hash: string, facts: Facts, hashes: Hashes): boolean {
  const prefix = name.slice(0, -hash.length);
  return Object.values(BY_LINE).some((protocol) => hashes.ofLine(prefix, facts, protocol) === hash);
}

function firstAfter(sorted: readonly string[], name: string): string | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as string) > name) high = middle;
    else low = middle + 1;
  }
  return sorted[low];
}

interface Facts {
  readonly name: string | undefined;
  readonly endpoint: string | undefined;
}

/** What a rule's comment says, and where it sends packets. */
function factsOf(line: string): Facts {
  const comment = /--comment "?([^"\s]+)(?: -> ([^"\s]+))?/.exec(line);
  return { name: comment?.[1], endpoint: comment?.[2] ?? /--to-destination (\S+)/.exec(line)?.[1] };
}

class Hashes {
  private readonly known = new Map<string, string>();

  of(text: string, length: number): string {
    const before = this.known.get(text);
    if (before !== undefined) return before.slice(0, length);
    const made = base32(sha256(encoder.encode(text)));
    this.known.set(text, made);
    return made.slice(0, length);
  }

  ofLine(prefix: string, { name, endpoint }: Facts, protocol: string): string | undefined {
    if (name === undefined) return undefined;
    if (prefix !== 'KUBE-SEP-') return this.of(name + protocol, HASH);
    return endpoint === undefined ? undefined : this.of(name + protocol + endpoint, HASH);
  }
}

/** The first 80 bits: 16 letters. */
function base32(bytes: Uint8Array): string {
  let letters = '';
  for (let at = 0; at < HASH; at++) {
    const bit = at * 5;
    const pair = ((bytes[bit >> 3] as number) << 8) | (bytes[(bit >> 3) + 1] as number);
    letters += LETTERS[(pair >> (11 - (bit & 7))) & 31];
  }
  return letters;
}
