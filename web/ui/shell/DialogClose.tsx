/** The cross of a dialog, in its corner. */
import { Dialog } from 'radix-ui';
import type { ReactElement } from 'react';
import { Icon } from '../theme/marks.tsx';

export function DialogClose(): ReactElement {
  return (
    <Dialog.Close asChild>
      <button type="button" className="button button-quiet button-icon dialog-close" aria-label="Close" title="Close">
        <Icon name="close" />
      </button>
    </Dialog.Close>
  );
}
