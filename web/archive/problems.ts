/** What could not be read in an archive, gathered: one sentence per kind of problem however many members have it. */

export type ProblemCode =
  | 'encrypted'
  | 'zip-method'
  | 'damaged'
  | 'checksum'
  | 'cut-off'
  | 'no-directory'
  | 'split-archive'
  | 'sparse'
  | 'packed'
  | 'too-deep'
  | 'bomb'
  | 'overlap'
  | 'dump-too-big'
  | 'zip-too-big'
  | 'too-much'
  | 'too-many-members';

export interface Problem {
  readonly code: ProblemCode;
  /** How many members. */
  readonly count: number;
  /** One or two sentences: what, where, what to do. */
  readonly message: string;
}

interface Gathered {
  count: number;
  readonly where: string[];
  readonly details: Set<string>;
}

/** Names shown per kind of problem. */
const EXAMPLES = 3;

export class Problems {
  readonly #byCode = new Map<ProblemCode, Gathered>();

  /** `where`: the member, as it may be shown. `detail`: what kind of thing it is, where there are several. */
  add(code: ProblemCode, where: string, detail?: string): void {
    let gathered = this.#byCode.get(code);
    if (!gathered) {
      gathered = { count: 0, where: [], details: new Set() };
      this.#byCode.set(code, gathered);
    }
    gathered.count++;
    if (gathered.where.length < EXAMPLES) gathered.where.push(where);
    if (detail !== undefined && gathered.details.size < EXAMPLES) gathered.details.add(detail);
  }

  list(): Problem[] {
    return [...this.#byCode].map(([code, gathered]) => ({
      code,
      count: gathered.count,
      message: sentence(code, gathered),
    }));
  }
}

function sentence(code: ProblemCode, { count, where, details }: Gathered): string {
  const shown = where.map((name) => `“${name}”`).join(', ');
  const names = count > where.length ? `${shown} and ${count - where.length} more` : shown;
  const one = count === 1;
  const kinds = [...details].join(', ');
  switch (code) {
    case 'encrypted':
      return `${names} ${one ? 'is' : 'are'} encrypted. Unpack the archive with its password and drop the files.`;
    case 'zip-method':
      return `${names}: packed with ${kinds}, which nfscope does not unpack. Pack with ordinary zip (deflate), or drop the files.`;
    case 'damaged':
      return `${names} ${one ? 'is' : 'are'} damaged: the data does not unpack. What stands before the damage is still offered.`;
    case 'checksum':
      return `${names}: the checksum does not fit, so the content was changed or damaged. Take it with care.`;
    case 'cut-off':
      return `${names} ${one ? 'is' : 'are'} cut off: the end is missing. What is there is still offered. Was the download complete?`;
    case 'no-directory':
      return `${names}: the zip’s directory is missing or damaged, so its members were searched for one by one. Was the download complete?`;
    case 'split-archive':
      return `${names}: a part of an archive that is split over several files. Join the parts, then drop the whole.`;
    case 'sparse':
      return `${names}: a sparse file, whose holes nfscope does not fill. It is left out.`;
    case 'packed':
      return `${names}: ${kinds}, which nfscope does not unpack. Unpack it and drop the files inside.`;
    case 'too-deep':
      return `${names}: too many archives inside each other. Unpack the outer ones and drop the inner one.`;
    case 'bomb':
      return `${names}: unpacks to several hundred times its size, as decompression bombs do. The rest of it is left out.`;
    case 'overlap':
      return `${names}: ${one ? 'lies' : 'lie'} over another member of the zip, as in decompression bombs, and ${one ? 'is' : 'are'} left out.`;
    case 'dump-too-big':
      return `${names}: more than fits into a browser. Use the command line, or dump one table, or “nft --terse”.`;
    case 'zip-too-big':
      return `${names}: a zip inside of an archive, too large to be read there. Unpack the outer archive and drop the zip.`;
    case 'too-much':
      return `Stopped at ${names}: the archive unpacks to more than nfscope reads. Unpack it and drop the dumps of one node.`;
    case 'too-many-members':
      return `Stopped at ${names}: the archive has more files than nfscope looks at. Unpack it and drop the dumps of one node.`;
  }
}
