/** What a button in the chain's head opens below itself. */
import { Popover } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';

export interface ChainPopoverProps {
  readonly label: string;
  /** Pixels between the button and it. */
  readonly below: number;
  readonly children: ReactNode;
}

export function ChainPopover({ label, below, children }: ChainPopoverProps): ReactElement {
  return (
    <Popover.Portal>
      <Popover.Content
        className="chain-popover"
        align="start"
        sideOffset={below}
        collisionPadding={8}
        aria-label={label}
      >
        {children}
      </Popover.Content>
    </Popover.Portal>
  );
}
