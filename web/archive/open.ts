/**
 * Opens files that are archives: lists the dumps inside by node, and gives the content of those that were chosen. What is small enough is
 * kept from the listing; the rest is unpacked a second time, so a bundle of any size costs bounded memory.
 *
 * gzip, zip and tar, in each other; what they are and which members are dumps is told by their content, never by names.
 */
import { type ByteSource, Collector, type Sink } from './bytes.ts';
import { crc32 } from './crc32.ts';
import { type DumpSign, detectDump, headText } from './detect-dump.ts';
import { Budget, LIMITS, type Limits } from './limits.ts';
import type { DumpBytes, FoundDump, Listing, NodeDumps } from './listing.ts';
import { showName, withoutPackedEnding } from './names.ts';
import { fileNameOf, type HostFact, hostFactOf, mayNameHost, nameNodes } from './nodes.ts';
import { prefer } from './prefer.ts';
import { Problems } from './problems.ts';
import { isPacked, recognise } from './recognise.ts';
import { type Member, showPath, type WalkContext, walkFile } from './walk.ts';

export interface ArchiveFile {
  readonly name: string;
  readonly source: ByteSource;
}

export interface OpenOptions {
  readonly limits?: Partial<Limits>;
  /** Called about every MB with 0..1 over all files and the dumps found so far. */
  readonly onProgress?: (fraction: number, found: number) => void;
}

export interface OpenArchives {
  readonly listing: Listing;
  /** The content of `ids` (FoundDump.id), in their order. Unknown ids are left out. */
  readonly read: (ids: readonly number[], onProgress?: (fraction: number) => void) => DumpBytes[];
}

/** A dump as the walk sees it. */
export interface Candidate {
  /** The file's position; with `number`, counted from 0 in the file, it names the member in every walk. */
  readonly file: number;
  readonly number: number;
  readonly path: readonly string[];
  readonly sign: DumpSign;
  size: number;
  crc: number;
  cut: boolean;
  bytes: Collector | null;
}

/** A `hostname` file is short. */
const HOST_FILE_LIMIT = 4096;

/** Never throws on input. Cost: linear in what the files unpack to. */
export function openArchives(files: readonly ArchiveFile[], options: OpenOptions = {}): OpenArchives {
  const limits = { ...LIMITS, ...options.limits };
  const problems = new Problems();
  const budget = new Budget(limits);
  const finder = new Finder(limits, problems);
  const total = files.reduce((sum, { source }) => sum + source.size, 0) || 1;
  let before = 0;
  for (const [index, { name, source }] of files.entries()) {
    const first = budget.members;
    walkFile(source, name, {
      budget,
      problems,
      visit: (member) => finder.visit(index, member, first),
      onProgress: (fraction) =>
        options.onProgress?.((before + fraction * source.size) / total, finder.candidates.length),
    });
    before += source.size;
  }
  const candidates = finder.candidates.filter(({ size }) => size <= limits.dump);
  return {
    listing: {
      files: files.map(({ name }) => showName(name)),
      members: budget.members,
      nodes: groupByNode(candidates, finder.hosts),
      problems: problems.list(),
    },
    read: (ids, onProgress) => readChosen(files, candidates, ids, limits, onProgress),
  };
}

class Finder {
  readonly candidates: Candidate[] = [];
  readonly hosts: HostFact[] = [];
  readonly #limits: Limits;
  readonly #problems: Problems;
  #kept = 0;

  constructor(limits: Limits, problems: Problems) {
    this.#limits = limits;
    this.#problems = problems;
  }

  /** `first`: the number of the file's first member. */
  visit(file: number, member: Member, first: number): Sink | null {
    const { path, head, complete } = member;
    if (head.length === 0) return null;
    const what = recognise(head);
    if (what !== null) {
      if (isPacked(what)) this.#problems.add('packed', showPath(path), what);
      return null;
    }
    if (complete && head.length <= HOST_FILE_LIMIT && mayNameHost(path)) {
      const fact = hostFactOf(path, headText(head));
      if (fact) this.hosts.push(fact);
    }
    const sign = detectDump(head) ?? (member.alone ? ALONE : null);
    if (sign === null) return null;
    const candidate: Candidate = {
      file,
      number: member.number - first,
      path,
      sign,
      size: 0,
      crc: 0,
      cut: false,
      bytes: new Collector(),
    };
    this.candidates.push(candidate);
    return this.#keep(candidate);
  }

  #keep(candidate: Candidate): Sink {
    return {
      push: (chunk) => {
        candidate.size += chunk.length;
        candidate.crc = crc32(candidate.crc, chunk);
        if (candidate.bytes === null) return;
        if (candidate.size > this.#limits.dump || this.#kept + chunk.length > this.#limits.kept) {
          this.#kept -= candidate.bytes.size;
          candidate.bytes = null;
          return;
        }
        this.#kept += chunk.length;
        candidate.bytes.add(chunk);
      },
      end: (cut) => {
        candidate.cut = cut;
        if (candidate.size > this.#limits.dump) this.#problems.add('dump-too-big', showPath(candidate.path));
      },
      done: () => false,
    };
  }
}

/** A gzipped text that no format claims is opened all the same, as it would be without gzip: the page says what is wrong with it. */
const ALONE: DumpSign = { format: 'unknown', label: 'text', sureness: 0, tables: [], host: null };

function groupByNode(candidates: readonly Candidate[], hosts: readonly HostFact[]): NodeDumps[] {
  const names = nameNodes(
    candidates.map(({ path, sign }) => ({ path, format: sign.format, host: sign.host })),
    hosts,
  );
  const groups = new Map<string, { candidate: Candidate; id: number }[]>();
  for (const [id, candidate] of candidates.entries()) {
    const name = showName(names[id] as string);
    const group = groups.get(name);
    if (group) group.push({ candidate, id });
    else groups.set(name, [{ candidate, id }]);
  }
  return [...groups]
    .map(([name, members]) => {
      const notes = prefer(members.map(({ candidate }) => candidate));
      return { name, dumps: members.map(({ candidate, id }, at) => found(candidate, id, notes[at] ?? null)) };
    })
    .sort((a, b) => compareNames(a.name, b.name));
}

function found({ path, sign, size, cut }: Candidate, id: number, note: string | null): FoundDump {
  return {
    id,
    path: path.length === 1 ? showName(path[0] as string) : showPath(path.slice(1)),
    name: showName(withoutPackedEnding(fileNameOf(path))),
    format: sign.format,
    label: sign.label,
    size,
    cut,
    preferred: note === null,
    note,
  };
}

/** worker-2 before worker-10. */
function compareNames(a: string, b: string): number {
  const [left, right] = [a.split(/(\d+)/), b.split(/(\d+)/)];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const [x, y] = [left[at] as string, right[at] as string];
    if (x === y) continue;
    const difference = at % 2 === 1 ? Number(x) - Number(y) : 0;
    return difference !== 0 ? difference : x < y ? -1 : 1;
  }
  return left.length - right.length;
}

function readChosen(
  files: readonly ArchiveFile[],
  candidates: readonly Candidate[],
  ids: readonly number[],
  limits: Limits,
  onProgress: (fraction: number) => void = () => undefined,
): DumpBytes[] {
  const chosen = ids.flatMap((id) => {
    const candidate = candidates[id];
    return candidate ? [{ id, candidate }] : [];
  });
  const missing = chosen.filter(({ candidate }) => candidate.bytes === null).map(({ candidate }) => candidate);
  const read = new Map<Candidate, Collector>();
  const again = [...new Set(missing.map(({ file }) => file))];
  for (const [at, file] of again.entries()) {
    const wanted = new Map(missing.filter((one) => one.file === file).map((one) => [one.number, one]));
    readAgain(files, file, wanted, limits, read, (part) => onProgress((at + part) / again.length));
  }
  return chosen.map(({ id, candidate }) => ({
    id,
    name: showName(withoutPackedEnding(fileNameOf(candidate.path))),
    bytes: (candidate.bytes ?? read.get(candidate) ?? new Collector()).join(),
  }));
}

function readAgain(
  files: readonly ArchiveFile[],
  file: number,
  wanted: ReadonlyMap<number, Candidate>,
  limits: Limits,
  read: Map<Candidate, Collector>,
  onProgress: (fraction: number) => void,
): void {
  const { name, source } = files[file] as ArchiveFile;
  const budget = new Budget(limits);
  const visit: WalkContext['visit'] = ({ number }) => {
    const candidate = wanted.get(number);
    if (!candidate) return null;
    const bytes = new Collector();
    read.set(candidate, bytes);
    return { push: (chunk) => bytes.add(chunk), end: () => undefined, done: () => false };
  };
  walkFile(source, name, { budget, problems: new Problems(), visit, onProgress });
}
