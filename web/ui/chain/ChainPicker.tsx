/** The chain's name as a button that opens a list of all chains, base chains first, with search. */
import { Command } from 'cmdk';
import { Popover } from 'radix-ui';
import { type ReactElement, useState } from 'react';
import type { ChainDetail } from '../../worker/protocol.ts';
import { KnownOwnerTag } from '../inspector/owners.tsx';
import { openChain } from '../inspector/reveal.ts';
import { useFirstSelected } from '../search/use-first-selected.ts';
import { count, plural } from '../shell/words.ts';
import { Icon } from '../theme/marks.tsx';
import { useAnswer } from '../use-answer.ts';
import { useDebounced } from '../use-debounced.ts';
import { ChainPopover } from './ChainPopover.tsx';

const SHOWN = 100;
/** Milliseconds. */
const PAUSE = 60;

export function ChainPicker({ detail }: { readonly detail: ChainDetail }): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <h2 className="chain-name t-title">
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger className="chain-picker" title={`${detail.name}: choose another chain`}>
          <span className="chain-picker-name">{detail.name}</span>
          <Icon name="chevron-down" size={14} />
          <span className="visually-hidden">, choose another chain</span>
        </Popover.Trigger>
        <ChainPopover label="Choose a chain" below={4}>
          <ChainList
            onChosen={(chain) => {
              setOpen(false);
              openChain(chain, 'table');
            }}
          />
        </ChainPopover>
      </Popover.Root>
    </h2>
  );
}

function ChainList({ onChosen }: { readonly onChosen: (chain: number) => void }): ReactElement {
  const [query, setQuery] = useState('');
  const asked = useDebounced(query, PAUSE);
  const { status, answer } = useAnswer('chains', { query: asked, limit: SHOWN + 1 });
  const shown = answer?.slice(0, SHOWN) ?? [];
  const bases = shown.filter(({ base }) => base);
  const others = shown.filter(({ base }) => !base);
  const [value, setValue] = useFirstSelected([...bases, ...others].map(({ chain }) => String(chain)));
  return (
    <Command shouldFilter={false} label="Chains" className="chain-command" value={value} onValueChange={setValue}>
      <Command.Input className="input" placeholder="Chain or table…" value={query} onValueChange={setQuery} />
      <Command.List className="chain-command-list">
        {status === 'ready' && shown.length === 0 ? (
          <Command.Empty>No chain has “{asked}” in its name.</Command.Empty>
        ) : null}
        <ChainGroup heading="Base chains" chains={bases} onChosen={onChosen} />
        <ChainGroup heading="Other chains" chains={others} onChosen={onChosen} />
        {(answer?.length ?? 0) > SHOWN ? (
          <p className="quiet chain-command-more">Only the first {SHOWN}: type more of the name.</p>
        ) : null}
      </Command.List>
    </Command>
  );
}

interface ChainGroupProps {
  readonly heading: string;
  readonly chains: readonly { chain: number; name: string; table: string; owner: string; rules: number }[];
  readonly onChosen: (chain: number) => void;
}

function ChainGroup({ heading, chains, onChosen }: ChainGroupProps): ReactElement | null {
  if (chains.length === 0) return null;
  return (
    <Command.Group heading={heading}>
      {chains.map(({ chain, name, table, owner, rules }) => (
        <Command.Item key={chain} value={String(chain)} onSelect={() => onChosen(chain)}>
          <KnownOwnerTag owner={owner} />
          <span className="chain-command-name">{name}</span>
          <span className="quiet">{table}</span>
          <span className="quiet chain-command-count" title={plural(rules, 'rule')}>
            {count(rules)}
          </span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}
