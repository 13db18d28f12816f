/** The dumps of an archive by node, with boxes. Arrow keys walk, right and left open and close a node, space ticks. */
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import type { FoundDump, NodeDumps } from '../../worker/archive-protocol.ts';
import { fileSize, plural } from '../shell/words.ts';
import { nodeTick, preferredIds, type Ticks, toggleDump, toggleNode } from './selection.ts';

interface DumpTreeProps {
  /** What the filter leaves of `all`. */
  readonly nodes: readonly NodeDumps[];
  readonly all: readonly NodeDumps[];
  readonly ticks: Ticks;
  readonly onTicks: (ticks: Ticks) => void;
  /** Show the dumps of every node. */
  readonly expanded: boolean;
}

/** Lines of nodes, and of dumps of one node: a page with more takes seconds, and nobody reads them. */
const MOST = 300;

export function DumpTree({ nodes, all, ticks, onTicks, expanded }: DumpTreeProps): ReactElement {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const tree = useRef<HTMLUListElement>(null);
  const byName = useMemo(() => new Map(all.map((node) => [node.name, node])), [all]);
  useEffect(() => {
    tree.current?.querySelector('input')?.focus();
  }, []);
  const setOpen = (name: string, open: boolean): void => {
    const next = new Set(opened);
    if (open) next.add(name);
    else next.delete(name);
    setOpened(next);
  };
  if (nodes.length === 0) return <p className="archive-none secondary">Nothing matches.</p>;
  return (
    <ul ref={tree} className="archive-nodes" aria-label="Dumps by node" onKeyDown={walk}>
      {nodes.slice(0, MOST).map((node) => {
        const whole = byName.get(node.name) ?? node;
        const tick = nodeTick(ticks, whole);
        const open = expanded || opened.has(node.name);
        return (
          <li key={node.name}>
            <div className="archive-node">
              <input
                type="checkbox"
                aria-label={`${node.name}, ${plural(whole.dumps.length, 'dump')}`}
                checked={tick === 'all' || tick === 'preferred'}
                ref={(box) => {
                  if (box) box.indeterminate = tick === 'some';
                }}
                onChange={() => {
                  onTicks(toggleNode(ticks, whole));
                  if (tick === 'none') setOpen(node.name, true);
                }}
              />
              <button
                type="button"
                className="archive-node-name"
                aria-expanded={open}
                disabled={expanded}
                tabIndex={-1}
                onClick={() => setOpen(node.name, !open)}
              >
                <span className="t-label">{node.name}</span>
                <span className="quiet">{summary(whole)}</span>
              </button>
            </div>
            {open ? (
              <ul className="archive-dumps" aria-label={`Dumps of ${node.name}`}>
                {node.dumps.slice(0, MOST).map((dump) => (
                  <DumpLine
                    key={dump.id}
                    dump={dump}
                    ticked={ticks.has(dump.id)}
                    onToggle={() => onTicks(toggleDump(ticks, dump.id))}
                  />
                ))}
                <More count={node.dumps.length - MOST} what="dump" />
              </ul>
            ) : null}
          </li>
        );
      })}
      <More count={nodes.length - MOST} what="node" />
    </ul>
  );
}

function More({ count, what }: { readonly count: number; readonly what: 'node' | 'dump' }): ReactElement | null {
  if (count <= 0) return null;
  return <li className="archive-more secondary">{`${plural(count, `more ${what}`)}: find them by a word above.`}</li>;
}

function summary(node: NodeDumps): string {
  const labels = [...new Set(node.dumps.map(({ label }) => label))];
  const size = node.dumps.reduce((sum, dump) => sum + dump.size, 0);
  const usual = preferredIds(node).length;
  const counted =
    usual === node.dumps.length ? plural(usual, 'dump') : `${usual} of ${plural(node.dumps.length, 'dump')}`;
  return `${counted}, ${fileSize(size)}: ${labels.join(', ')}`;
}

function DumpLine({
  dump,
  ticked,
  onToggle,
}: {
  readonly dump: FoundDump;
  readonly ticked: boolean;
  readonly onToggle: () => void;
}): ReactElement {
  const note = [dump.cut ? 'its end is missing' : '', dump.note ?? ''].filter((part) => part !== '').join('; ');
  return (
    <li>
      <label className="archive-dump">
        <input type="checkbox" checked={ticked} onChange={onToggle} />
        <span className="archive-path mono">
          {dump.path}
          {note === '' ? null : <span className="archive-note quiet">{note}</span>}
        </span>
        <span className="archive-format quiet">{dump.label}</span>
        <span className="archive-size quiet num">{fileSize(dump.size)}</span>
      </label>
    </li>
  );
}

/** Boxes keep their own keys (space, tab); this adds the walk between them. */
function walk(event: KeyboardEvent<HTMLUListElement>): void {
  const boxes = [...event.currentTarget.querySelectorAll<HTMLInputElement>('input[type=checkbox]')];
  const at = boxes.indexOf(document.activeElement as HTMLInputElement);
  if (at < 0) return;
  const expander = boxes[at]?.parentElement?.querySelector<HTMLButtonElement>('button[aria-expanded]');
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: boxes.length - 1,
  };
  const next = steps[event.key];
  if (next !== undefined) boxes[Math.max(0, Math.min(boxes.length - 1, next))]?.focus();
  else if (expander && event.key === (expander.ariaExpanded === 'true' ? 'ArrowLeft' : 'ArrowRight')) expander.click();
  else return;
  event.preventDefault();
}
