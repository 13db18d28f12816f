/** Search and commands in one dialog (Ctrl+K, ⌘K, /): chains, rules, sets, owners and findings from the worker, commands from the page. */
import { Command } from 'cmdk';
import { Dialog } from 'radix-ui';
import { type ReactElement, useMemo, useState } from 'react';
import { assertNever } from '../../base/assert.ts';
import type { SearchHit } from '../../worker/protocol.ts';
import { OwnerTag } from '../inspector/owners.tsx';
import { openRule } from '../inspector/reveal.ts';
import { Icon, Sign } from '../theme/marks.tsx';
import { useAnswer } from '../use-answer.ts';
import { store, useStore } from '../use-store.ts';
import { matchCommands, type PaletteCommand, paletteCommands } from './commands.ts';
import { useDebounced } from './use-debounced.ts';
import { useFirstSelected } from './use-first-selected.ts';
import './search.css';

/** Milliseconds without a keystroke before the worker is asked. */
const PAUSE = 60;
const LIMIT = 80;

const GROUPS: readonly { readonly kind: SearchHit['kind']; readonly heading: string }[] = [
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
  const [query, setQuery] = useState('');
  const asked = useDebounced(query.trim(), PAUSE);
  const { status, answer, error } = useAnswer('search', asked === '' ? null : { query: asked, limit: LIMIT });
  const hits = query.trim() === '' ? [] : (answer ?? []);
  const commands = useMemo(() => matchCommands(paletteCommands(store.getState()), query), [query]);
  const groups = GROUPS.map((group) => ({ ...group, hits: hits.filter(({ kind }) => kind === group.kind) }));
  const [value, setValue] = useFirstSelected([
    ...groups.flatMap((group) => group.hits.map(hitValue)),
    ...commands.map(({ id }) => `command ${id}`),
  ]);
  const settled = asked === query.trim() && (asked === '' || status === 'ready');
  const choose = (act: () => void): void => {
    onDone();
    act();
  };
  return (
    <Command label="Search" shouldFilter={false} loop className="search-command" value={value} onValueChange={setValue}>
      <div className="search-input">
        <Icon name="search" />
        <Command.Input
          autoFocus
          placeholder="Chain, rule, address, mark, owner, finding…"
          value={query}
          onValueChange={setQuery}
        />
        <kbd className="key">Esc</kbd>
      </div>
      <Command.List className="search-list">
        {status === 'failed' ? <p className="search-note">The search failed: {error?.message}</p> : null}
        {settled && hits.length === 0 && commands.length === 0 ? (
          <p className="search-note">Nothing in the dump, its findings or the commands has “{query.trim()}”.</p>
        ) : null}
        {query.trim() === '' ? (
          <p className="search-note quiet">Type a name, an address, a port, a mark, a part of a rule.</p>
        ) : null}
        {groups.map((group) => (
          <HitGroup key={group.kind} heading={group.heading} hits={group.hits} choose={choose} />
        ))}
        <CommandGroup commands={commands} choose={choose} />
      </Command.List>
      <p className="visually-hidden" role="status">
        {settled && query.trim() !== '' ? `${hits.length} found` : ''}
      </p>
    </Command>
  );
}

interface HitGroupProps {
  readonly heading: string;
  readonly hits: readonly SearchHit[];
  readonly choose: (act: () => void) => void;
}

function HitGroup({ heading, hits, choose }: HitGroupProps): ReactElement | null {
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
