/** Search and commands in one dialog (Ctrl+K, ⌘K, /): chains, rules, sets, owners, Services and findings from the worker, commands from the page. */
import { Command } from 'cmdk';
import { Dialog } from 'radix-ui';
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import { assertNever } from '../../base/assert.ts';
import type { SearchHit, SearchKind } from '../../worker/protocol.ts';
import { OwnerTag } from '../inspector/owners.tsx';
import { openChain, openRule } from '../inspector/reveal.ts';
import { takeTypedAhead } from '../shell/search-keys.ts';
import { plural } from '../shell/words.ts';
import { Icon, Sign } from '../theme/marks.tsx';
import { useAnswer } from '../use-answer.ts';
import { store, useStore } from '../use-store.ts';
import { matchCommands, type PaletteCommand, paletteCommands } from './commands.ts';
import { useFirstSelected } from './use-first-selected.ts';
import './search.css';

const LIMIT = 80;
/** How many of one kind, where the user asks for all of them. */
const LIMIT_OF_ONE = 1000;

const GROUPS: readonly { readonly kind: SearchKind; readonly heading: string }[] = [
  { kind: 'service', heading: 'Services' },
  { kind: 'chain', heading: 'Chains' },
  { kind: 'rule', heading: 'Rules' },
  { kind: 'set', heading: 'Sets' },
  { kind: 'owner', heading: 'Owners' },
  { kind: 'finding', heading: 'Findings' },
];

/** The dialog, whose code comes when it is first opened; ui/shell/search-keys.ts opens it. */
export function SearchDialog(): ReactElement {
  const setOpen = useStore((state) => state.setSearchOpen);
  return (
    <Dialog.Root open onOpenChange={setOpen}>
      <Dialog.Portal>
        <Dialog.Overlay className="search-overlay" />
        <Dialog.Content className="search-dialog" aria-describedby={undefined}>
          <Dialog.Title className="visually-hidden">Search</Dialog.Title>
          <Palette onDone={() => setOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Palette({ onDone }: { readonly onDone: () => void }): ReactElement {
  const [query, setQuery] = useState(takeTypedAhead);
  const [asked, setAsked] = useState('');
  const [only, setOnly] = useState<SearchKind | null>(null);
  // An empty query finds nothing; it has the worker build its index while the user types.
  const request = only === null ? { query: asked, limit: LIMIT } : { query: asked, limit: LIMIT_OF_ONE, kind: only };
  const { status, answer, error } = useAnswer('search', request);
  // At once, and one at a time: what is typed while the worker searches is asked when it has answered.
  useEffect(() => {
    if (status !== 'waiting') setAsked(query.trim());
  }, [query, status]);
  const hits = query.trim() === '' ? [] : (answer?.hits ?? []);
  const commands = useMemo(() => matchCommands(paletteCommands(store.getState()), query), [query]);
  const groups = GROUPS.map((group) => ({ ...group, hits: hits.filter(({ kind }) => kind === group.kind) }));
  const moreOf = (kind: SearchKind): number => (hits.length === 0 ? 0 : (answer?.more[kind] ?? 0));
  const [value, setValue] = useFirstSelected([
    ...groups.flatMap((group) => [
      ...group.hits.map(hitValue),
      ...(moreOf(group.kind) > 0 ? [`more ${group.kind}`] : []),
    ]),
    ...commands.map(({ id }) => `command ${id}`),
  ]);
  const settled = asked === query.trim() && (asked === '' || status === 'ready');
  const choose = (act: () => void): void => {
    onDone();
    act();
  };
  const [firstHit] = groups.flatMap((group) => group.hits);
  const entered = useEntered(settled || status === 'failed', () => {
    const command = commands[0];
    if (firstHit) choose(() => reveal(firstHit));
    else if (command) choose(command.run);
  });
  return (
    <Command label="Search" shouldFilter={false} loop className="search-command" value={value} onValueChange={setValue}>
      <div className="search-input">
        <Icon name="search" />
        <Command.Input
          autoFocus
          placeholder="Chain, rule, address, port, Service, mark, owner…"
          value={query}
          onKeyDown={entered.onKeyDown}
          onValueChange={(text) => {
            entered.forget();
            setQuery(text);
            setOnly(null);
          }}
        />
        <kbd className="key">Esc</kbd>
      </div>
      <Command.List className="search-list">
        {status === 'failed' && error?.code !== 'no-such-id' ? (
          <p className="search-note">The search failed: {error?.message}</p>
        ) : null}
        {settled && hits.length === 0 && commands.length === 0 ? (
          <p className="search-note">Nothing in the dump, its findings or the commands has “{query.trim()}”.</p>
        ) : null}
        {!settled && status !== 'failed' && hits.length === 0 && commands.length === 0 ? (
          <p className="search-note quiet">Searching…</p>
        ) : null}
        {query.trim() === '' ? (
          <p className="search-note quiet">
            A name, a Service, a part of a rule; <span className="mono">10.96.0.10</span> finds the prefixes, ranges and
            sets that contain it, <span className="mono">:8080</span> and <span className="mono">10.96.0.10:53</span>{' '}
            likewise.
          </p>
        ) : null}
        {groups.map((group) => (
          <HitGroup
            key={group.kind}
            heading={group.heading}
            hits={group.hits}
            choose={choose}
            more={moreOf(group.kind)}
            {...(only === null ? { onMore: () => setOnly(group.kind) } : {})}
          />
        ))}
        <CommandGroup commands={commands} choose={choose} />
      </Command.List>
      <p className="visually-hidden" role="status">
        {settled && query.trim() !== '' ? `${hits.length} found` : ''}
      </p>
    </Command>
  );
}

interface Entered {
  readonly onKeyDown: (event: KeyboardEvent) => void;
  /** Something else is asked for now. */
  readonly forget: () => void;
}

/** Enter that comes before the answer (`settled`) is for the answer: what is listed until then belongs to other words. */
function useEntered(settled: boolean, act: () => void): Entered {
  const [waiting, setWaiting] = useState(false);
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (!waiting || !settled) return;
    setWaiting(false);
    latest.current();
  }, [waiting, settled]);
  return {
    onKeyDown: (event) => {
      if (event.key !== 'Enter' || settled || event.nativeEvent.isComposing) return;
      event.preventDefault();
      setWaiting(true);
    },
    forget: () => setWaiting(false),
  };
}

interface HitGroupProps {
  readonly heading: string;
  readonly hits: readonly SearchHit[];
  readonly choose: (act: () => void) => void;
  /** At least so many are not listed. */
  readonly more: number;
  /** Lists them; absent where they are too many. */
  readonly onMore?: () => void;
}

function HitGroup({ heading, hits, choose, more, onMore }: HitGroupProps): ReactElement | null {
  if (hits.length === 0) return null;
  return (
    <Command.Group heading={heading}>
      {hits.map((hit) => (
        <Command.Item key={hit.id} value={hitValue(hit)} onSelect={() => choose(() => reveal(hit))}>
          {hit.kind === 'finding' ? <FindingSign id={String(hit.id)} /> : <OwnerTag owner={hit.owner} />}
          <span className={hit.kind === 'rule' ? 'search-title mono' : 'search-title'}>{titleOf(hit)}</span>
          <span className="search-detail">{hit.detail}</span>
        </Command.Item>
      ))}
      {more === 0 ? null : onMore ? (
        <Command.Item value={`more ${hits[0]?.kind}`} onSelect={onMore}>
          <span className="search-more">{plural(more, 'more', 'more')}: list them</span>
        </Command.Item>
      ) : (
        <p className="search-note quiet">and {plural(more, 'more', 'more')}: say more to find them</p>
      )}
    </Command.Group>
  );
}

function hitValue({ kind, id }: SearchHit): string {
  return `${kind} ${id}`;
}

/** Counters before an iptables rule say nothing about it. */
function titleOf({ kind, title }: SearchHit): string {
  return kind === 'rule' ? title.replace(/^\[\d+:\d+\] /, '') : title;
}

function FindingSign({ id }: { readonly id: string }): ReactElement {
  const finding = useStore((state) => state.overview?.findings.find((one) => one.id === id));
  return finding ? <Sign sign={finding.sign} severity={finding.severity} size={15} label="" /> : <span />;
}

function CommandGroup({
  commands,
  choose,
}: {
  readonly commands: readonly PaletteCommand[];
  readonly choose: (act: () => void) => void;
}): ReactElement | null {
  if (commands.length === 0) return null;
  return (
    <Command.Group heading="Commands">
      {commands.map(({ id, title, run }) => (
        <Command.Item key={id} value={`command ${id}`} onSelect={() => choose(run)}>
          <span className="search-title">{title}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

/** Selects the hit everywhere; what no map can show opens in the chain view. */
function reveal(hit: SearchHit): void {
  const { select, showChain, togglePanel, view } = store.getState();
  switch (hit.kind) {
    case 'chain':
      select({ kind: 'chain', chain: Number(hit.id) }, 'search');
      showChain(Number(hit.id));
      return;
    case 'rule':
      if (hit.chain !== null) openRule({ chain: hit.chain, rule: Number(hit.id) }, 'search');
      return;
    case 'service':
      if (hit.chain === null) return;
      if (hit.rule === undefined) openChain(hit.chain, 'search');
      else openRule({ chain: hit.chain, rule: hit.rule }, 'search');
      return;
    case 'set':
      select({ kind: 'set', set: Number(hit.id) }, 'search');
      togglePanel('findings', true);
      return;
    case 'owner':
      select({ kind: 'owner', owner: String(hit.id) }, 'search');
      togglePanel('findings', true);
      return;
    case 'finding':
      select({ kind: 'finding', finding: String(hit.id) }, 'search');
      togglePanel('findings', true);
      // On a phone the findings are a view of their own.
      if (view === 'source') store.getState().setView('findings');
      return;
    default:
      assertNever(hit.kind, 'search hit');
  }
}
