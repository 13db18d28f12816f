/** The plausible what-ifs of a dump, by program: it inserts at the top, appends, is gone; in all of its base chains, or in the one that is shown. */
import { Popover } from 'radix-ui';
import { type ReactElement, useMemo, useState } from 'react';
import { shownChain } from '../chain/shown-chain.ts';
import type { Wanted } from '../shell/lazy-part.tsx';
import { WhatIfButton } from '../shell/menu-buttons.tsx';
import { OwnerChip } from '../theme/marks.tsx';
import { store, useStore } from '../use-store.ts';
import { cardOf } from './change-words.ts';
import { changesOf, type ProgramChoice, programChoices } from './choices.ts';
import './whatif.css';

export function WhatIfMenu({ wanted = false }: Wanted): ReactElement | null {
  const overview = useStore((state) => state.overview);
  const choices = useMemo(() => (overview ? programChoices(overview) : []), [overview]);
  const [open, setOpen] = useState(wanted);
  if (choices.length === 0) return null;
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <WhatIfButton />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="whatif-menu" align="start" sideOffset={6} collisionPadding={8} aria-label="What if">
          <Menu choices={choices} onChosen={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface MenuProps {
  readonly choices: readonly ProgramChoice[];
  readonly onChosen: () => void;
}

function Menu({ choices, onChosen }: MenuProps): ReactElement {
  const card = useStore((state) => {
    const chain = state.view === 'chain' ? shownChain(state) : null;
    return chain === null || !state.overview ? null : cardOf(state.overview, chain);
  });
  const [everywhere, setEverywhere] = useState(card === null);
  const chain = everywhere || !card ? null : card.chain;
  const shown = choices.filter(({ chains }) => chain === null || chains.includes(chain));
  return (
    <>
      <p className="secondary">
        Which packets would have another fate, if the rules stood otherwise. Nothing in the dump changes.
      </p>
      {card ? (
        <fieldset className="segmented" aria-label="Where">
          <button type="button" aria-pressed={!everywhere} onClick={() => setEverywhere(false)}>
            In {card.table} {card.name}
          </button>
          <button type="button" aria-pressed={everywhere} onClick={() => setEverywhere(true)}>
            In all base chains
          </button>
        </fieldset>
      ) : null}
      {shown.length === 0 ? <p className="quiet">Nobody has rules here.</p> : null}
      <ul className="whatif-programs">
        {shown.map((choice) => (
          <ProgramLine key={choice.program} choice={choice} chain={chain} onChosen={onChosen} />
        ))}
      </ul>
      {card && card.segments.length > 1 ? (
        <p className="quiet whatif-hint">
          In the table an owner’s run of rules can be dragged by its stripe, or moved with Alt+↑ and Alt+↓.
        </p>
      ) : null}
    </>
  );
}

interface ProgramLineProps {
  readonly choice: ProgramChoice;
  readonly chain: number | null;
  readonly onChosen: () => void;
}

function ProgramLine({ choice, chain, onChosen }: ProgramLineProps): ReactElement {
  const { owner, name } = choice;
  return (
    <li>
      <span className="whatif-program">
        <OwnerChip slot={owner.slot} initials={owner.initials} barred={owner.barred} />
        {name}
      </span>
      {changesOf(choice, chain).map(({ id, verb, change }) => (
        <button
          key={id}
          type="button"
          className="button"
          aria-label={`${name} ${verb}`}
          onClick={() => {
            store.getState().suppose(change);
            onChosen();
          }}
        >
          {verb}
        </button>
      ))}
    </li>
  );
}
