/**
 * Which dumps are of which node (a machine, or a network namespace of it), by their names: `node-a.nft` and `node-a.legacy.save` belong together,
 * `node-b.save` does not. Dumps are read as one node unless the user says otherwise, because a name is no proof. Pure.
 */
import { withoutPackedEnding } from '../archive/names.ts';
import { isToolWord } from '../archive/nodes.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

export interface DumpNode {
  /** What the names have beside the tools' words; empty where they have nothing else. */
  readonly name: string;
  /** Ids of the documents. */
  readonly documents: readonly string[];
}

/** In the order of the documents. Cost: linear in them. */
export function nodesOf(documents: readonly Named[]): DumpNode[] {
  const nodes = new Map<string, string[]>();
  for (const { id, name } of documents) {
    const node = nodeName(name);
    const found = nodes.get(node);
    if (found) found.push(id);
    else nodes.set(node, [id]);
  }
  return [...nodes].map(([name, ids]) => ({ name, documents: ids }));
}

function nodeName(document: string): string {
  return withoutPackedEnding(document)
    .toLowerCase()
    .split(/[_\s.]+|--+/)
    .map(withoutTools)
    .filter((part) => part !== '')
    .join('.');
}

/** `worker-1` of `worker-1-iptables-save`, `node-a` as it is: a single letter in a name is no tool's. */
function withoutTools(part: string): string {
  const pieces = part.split('-');
  const isTool = (piece: string | undefined): boolean =>
    piece !== undefined && (piece === '' || (piece.length > 1 && isToolWord(piece)));
  while (isTool(pieces.at(-1))) pieces.pop();
  while (isTool(pieces[0])) pieces.shift();
  return pieces.every(isToolWord) ? '' : pieces.join('-');
}

/** Index of the first document of a node; null where all documents are read. */
export function indexOfNode(documents: readonly Named[], node: string | null): number | null {
  if (node === null) return null;
  const at = documents.findIndex(({ name }) => nodeName(name) === node);
  return at === -1 ? null : at;
}

/** The node of a document; null where there is none, or where all documents are of that node. */
export function nodeAt(documents: readonly Named[], index: number | undefined): string | null {
  const document = index === undefined ? undefined : documents[index];
  if (!document) return null;
  const node = nodeName(document.name);
  return documents.every(({ name }) => nodeName(name) === node) ? null : node;
}

/** The documents of one node; all of them for null, or when none is of it any more. */
export function documentsOfNode<D extends Named>(documents: readonly D[], node: string | null): readonly D[] {
  if (node === null) return documents;
  const own = documents.filter(({ name }) => nodeName(name) === node);
  return own.length > 0 ? own : documents;
}

/** What some dumps are called together: `worker-1` where all are of that node, else `a.save and 2 more`. */
export function nameOfDumps(names: readonly string[]): string {
  const [first = 'Empty', ...more] = names;
  if (more.length === 0) return first;
  const node = nodeName(first);
  const isOne = node !== '' && more.every((name) => nodeName(name) === node);
  return isOne ? node : `${first} and ${more.length} more`;
}
