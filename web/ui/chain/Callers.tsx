/** Who else calls the chain, behind a button. */
import { Popover } from 'radix-ui';
import { type ReactElement, useState } from 'react';
import type { ChainDetail } from '../../worker/protocol.ts';
import { openRule } from '../inspector/reveal.ts';
import { count, plural } from '../shell/words.ts';
import { ChainPopover } from './ChainPopover.tsx';

export function Callers({ detail }: { readonly detail: ChainDetail }): ReactElement {
  const [open, setOpen] = useState(false);
  const { callers, callerCount } = detail;
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="chain-link">{plural(callerCount - 1, 'other rule')}</Popover.Trigger>
      <ChainPopover label="Callers" below={6}>
        <ul className="chain-callers">
          {callers.map((caller) => (
            <li key={caller.rule}>
              <button
                type="button"
                onClick={() => {
                  setOpen(false);
                  openRule(caller, 'table');
                }}
              >
                <span className="mono">{caller.name}</span> rule {count(caller.index)}
              </button>
            </li>
          ))}
        </ul>
        {callerCount > callers.length ? <p className="quiet">{count(callerCount - callers.length)} more</p> : null}
      </ChainPopover>
    </Popover.Root>
  );
}
