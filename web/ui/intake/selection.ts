/** Which dumps are ticked in the dialog: sets of FoundDump.id, without React. */
import type { NodeDumps } from '../../worker/archive-protocol.ts';

export type Ticks = ReadonlySet<number>;

/** What is ticked at first: the only node's preferred dumps; nothing where there are several nodes to choose from. */
export function firstTicks(nodes: readonly NodeDumps[]): Ticks {
  const [only, ...more] = nodes;
  return only && more.length === 0 ? new Set(preferredIds(only)) : new Set();
}

/** The dumps to open of a node if nobody looks closer. */
export function preferredIds({ dumps }: NodeDumps): number[] {
  return dumps.filter(({ preferred }) => preferred).map(({ id }) => id);
}

export function toggleDump(ticks: Ticks, id: number): Ticks {
  const next = new Set(ticks);
  if (!next.delete(id)) next.add(id);
  return next;
}

export type NodeTick = 'none' | 'some' | 'preferred' | 'all';

export function nodeTick(ticks: Ticks, node: NodeDumps): NodeTick {
  const count = node.dumps.reduce((sum, { id }) => sum + (ticks.has(id) ? 1 : 0), 0);
  if (count === 0) return 'none';
  if (count === node.dumps.length) return 'all';
  const preferred = preferredIds(node);
  return count === preferred.length && preferred.every((id) => ticks.has(id)) ? 'preferred' : 'some';
}

/** A node's box goes from nothing over its preferred dumps and all of them back to nothing. */
export function toggleNode(ticks: Ticks, node: NodeDumps): Ticks {
  const next = new Set(ticks);
  const now = nodeTick(ticks, node);
  const preferred = preferredIds(node);
  for (const { id } of node.dumps) next.delete(id);
  if (now === 'all') return next;
  const add = now === 'preferred' || preferred.length === 0 ? node.dumps.map(({ id }) => id) : preferred;
  for (const id of add) next.add(id);
  return next;
}

/** Nodes and dumps that have all of the words in their name, path or format. */
export function filterNodes(nodes: readonly NodeDumps[], query: string): readonly NodeDumps[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return nodes;
  return nodes.flatMap((node) => {
    const dumps = node.dumps.filter(({ path, label }) => {
      const text = `${node.name} ${path} ${label}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    return dumps.length > 0 ? [{ name: node.name, dumps }] : [];
  });
}
