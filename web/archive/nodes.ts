/**
 * Which dumps of a bundle are of the same machine. Nothing in a dump says so; the bundle does: a file with the host's name beside it
 * (sosreport, calicoctl node diags), the directory or inner archive of each node (cilium sysdump, must-gather), or the files' names.
 *
 * Two dumps of one machine that are shown as two cost a click; dumps of two machines shown as one would be a ruleset that never was. So in
 * doubt they are kept apart.
 */
import { partsOf, withoutPackedEnding } from './names.ts';

export interface NodeHint {
  /** As walk.ts gives it: file, then the names inside. */
  readonly path: readonly string[];
  readonly format: string;
  /** Of a prompt in the text. */
  readonly host: string | null;
}

/** A host's name, and the directory for which it holds: parts of a flattened path. */
export interface HostFact {
  readonly scope: readonly string[];
  readonly host: string;
}

/** Directories that sort a node's files and name no node. */
const GENERIC: ReadonlySet<string> = new Set(
  (
    'sos_commands firewall_tables firewalld networking network net netfilter firewall iptables ip6tables ipset ipsets nft nftables ' +
    'ipv4 ipv6 ip ip6 tables rules legacy cmd cmds command commands output outputs out data files file host system sys info dump dumps diag ' +
    'diags diagnostics debug log logs var tmp etc root home opt usr lib sysconfig proc support bundle collected results node-info ' +
    'iptables-save kube-proxy calico cilium kernel state text txt raw nodes per-node hosts node'
  ).split(' '),
);

/** Words of file names that say what a dump is, not whose. */
const TOOL_WORDS: ReadonlySet<string> = new Set(
  (
    'iptables ip6tables ebtables arptables iptables4 iptables6 xtables nft nftables ipset ipsets save saves list listing ruleset rules rule ' +
    'legacy dump dumps output out txt log md json conf text stdout sudo filter nat mangle raw security broute inet ip ip4 ip6 ipv4 ipv6 v4 v6 ' +
    'trace traces monitor c t n v l s a x vnl vnxl nvl nvx nl nn an table tables set sets all full chains counters t f'
  ).split(' '),
);

/** All parts of a path, archives inside counted as directories, the file itself left out. */
export function directoriesOf(path: readonly string[]): string[] {
  const parts: string[] = [];
  for (const [index, name] of path.entries()) {
    const pieces = partsOf(name);
    const last = index === path.length - 1;
    for (const [at, piece] of pieces.entries())
      if (!(last && at === pieces.length - 1))
        parts.push(at === pieces.length - 1 ? withoutPackedEnding(piece) : piece);
  }
  return parts;
}

export function fileNameOf(path: readonly string[]): string {
  return partsOf(path.at(-1) ?? '').at(-1) ?? path.at(-1) ?? '';
}

/** What a file's name has beside the tool's words: `worker-1` of `worker-1-iptables-save.txt`. */
function remainderOf(name: string): string {
  return withoutPackedEnding(name)
    .split(/[_\s.]+|--+/)
    .flatMap((word) =>
      isToolWord(word)
        ? []
        : [
            word
              .split('-')
              .filter((piece) => !isToolWord(piece))
              .join('-'),
          ],
    )
    .filter((word) => word !== '')
    .join('.');
}

/** A word of a file's name that says what a dump is, not whose. */
export function isToolWord(word: string): boolean {
  // `-nvL` of a command line.
  return /^-?$|^-[A-Za-z]+$/.test(word) || TOOL_WORDS.has(word.toLowerCase());
}

const HOST_FILE = /^(?:hostname|uname(?:[_-]+a?)?)(?:\.(?:md|txt|log|out))?$/i;
const HOST_DIRECTORIES: ReadonlySet<string> = new Set([
  'etc',
  'sos_commands',
  'host',
  'kernel',
  'general',
  'cmd',
  'proc',
  'sys',
]);

/** True for files that may tell the host's name. */
export function mayNameHost(path: readonly string[]): boolean {
  return HOST_FILE.test(fileNameOf(path));
}

/** The host that a `hostname` or `uname -a` output names, for the directory that it speaks for. null if it names none. */
export function hostFactOf(path: readonly string[], text: string): HostFact | null {
  const directories = directoriesOf(path);
  while (directories.length > 0 && HOST_DIRECTORIES.has(directories.at(-1) as string)) directories.pop();
  // Bug tools wrap each output in Markdown.
  const lines = text.split('\n').map((line) => line.trim());
  const bare = lines.filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('```'));
  const uname = /^Linux (\S+) \d/.exec(bare[0] ?? '');
  const host = uname?.[1] ?? (bare.length === 1 ? bare[0] : undefined);
  if (host === undefined || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/.test(host) || host === 'localhost') return null;
  return { scope: directories, host };
}

/** The name of each dump's node, in the order of `dumps`. Linear in the dumps, times the depth of their paths. */
export function nameNodes(dumps: readonly NodeHint[], facts: readonly HostFact[]): string[] {
  const byScope = new Map(facts.map(({ scope, host }) => [scope.join('/'), host]));
  const names: string[] = new Array<string>(dumps.length).fill('');
  const byFile = new Map<string, Entry[]>();
  for (const [index, hint] of dumps.entries()) {
    const file = hint.path[0] ?? '';
    const entry: Entry = { index, parts: partsFor(hint), hint };
    const entries = byFile.get(file);
    if (entries) entries.push(entry);
    else byFile.set(file, [entry]);
  }
  // Also those whose host is known take part: they show at which directory the others differ.
  for (const [file, entries] of byFile) splitByPath(entries, withoutPackedEnding(file), names);
  for (const [index, { path, host }] of dumps.entries()) {
    const known = host ?? hostFor(directoriesOf(path), byScope);
    if (known !== null) names[index] = known;
  }
  return names;
}

function hostFor(directories: readonly string[], byScope: ReadonlyMap<string, string>): string | null {
  for (let length = directories.length; length >= 0; length--) {
    const host = byScope.get(directories.slice(0, length).join('/'));
    if (host !== undefined) return host;
  }
  return null;
}

interface Entry {
  readonly index: number;
  readonly parts: readonly string[];
  readonly hint: NodeHint;
}

/** The directories that may name a node. The file's own name is not among them: it stands for all. */
function partsFor({ path }: NodeHint): string[] {
  return directoriesOf(path.slice(1)).filter((part) => !GENERIC.has(part.toLowerCase()));
}

/**
 * Names the entries by the first directory in which they differ. Below that, they are split further only where one would have two files of
 * the same name. The loop is bounded by the depth of the paths.
 */
function splitByPath(all: readonly Entry[], fallback: string, names: string[]): void {
  const work: { entries: readonly Entry[]; level: number; label: string; split: boolean }[] = [
    { entries: all, level: 0, label: '', split: false },
  ];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    let { level } = next;
    const { entries, label } = next;
    const deepest = entries.reduce((most, { parts }) => Math.max(most, parts.length), 0);
    while (level < deepest && isShared(entries, level)) level++;
    if (level >= deepest || (next.split && !hasTwins(entries)) || !isSplit(entries, level)) {
      nameByFile(entries, label === '' ? (hostInReport(entries) ?? fallback) : label, label, names);
      continue;
    }
    const groups = groupBy(entries, ({ parts }) => parts[level] ?? '');
    for (const [part, group] of groups) {
      const joined = [label, part].filter((piece) => piece !== '').join('/');
      work.push({ entries: group, level: level + 1, label: joined, split: true });
    }
  }
}

/** False for files beside one directory of others, of different formats: a directory alone is no sign of another machine. */
function isSplit(entries: readonly Entry[], level: number): boolean {
  const groups = groupBy(entries, ({ parts }) => parts[level] ?? '');
  const beside = new Set(groups.get('')?.map(({ hint }) => hint.format));
  if (groups.size !== 2 || beside.size === 0) return true;
  return entries.some(({ parts, hint }) => parts[level] !== undefined && beside.has(hint.format));
}

function isShared(entries: readonly Entry[], level: number): boolean {
  const part = entries[0]?.parts[level];
  return entries.every(({ parts }) => parts[level] === part);
}

/** `sosreport-HOST-CASE-DATE-ID`. */
function hostInReport(entries: readonly Entry[]): string | null {
  const match = /^sos(?:report)?-(.+?)(?:-\d{3,})?-\d{4}-\d\d-\d\d-[a-z]{5,}$/.exec(
    entries[0]?.hint.path[1]?.split('/')[0] ?? '',
  );
  return match?.[1] ?? null;
}

function hasTwins(entries: readonly Entry[]): boolean {
  const seen = new Map<string, string>();
  for (const { hint } of entries) {
    const name = fileNameOf(hint.path);
    const directory = directoriesOf(hint.path).join('/');
    const other = seen.get(name);
    if (other !== undefined && other !== directory) return true;
    seen.set(name, directory);
  }
  return false;
}

/** Files side by side, `worker-1.save` and `worker-2.save`: told apart by their names where two of one format have different ones. */
function nameByFile(entries: readonly Entry[], name: string, label: string, names: string[]): void {
  const remainders = new Map<string, Set<string>>();
  for (const { hint } of entries) {
    const set = remainders.get(hint.format) ?? new Set<string>();
    set.add(remainderOf(fileNameOf(hint.path)));
    remainders.set(hint.format, set);
  }
  const differ = [...remainders.values()].some((set) => set.size > 1);
  for (const { index, hint } of entries) {
    const remainder = differ ? remainderOf(fileNameOf(hint.path)) : '';
    names[index] = remainder === '' ? name : [label, remainder].filter((piece) => piece !== '').join('/');
  }
}

function groupBy(entries: readonly Entry[], keyOf: (entry: Entry) => string): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return groups;
}
