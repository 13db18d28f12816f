/** The share button and the frame of its dialog; what the dialog says comes with ShareBody.tsx. */
import { Dialog } from 'radix-ui';
import type { ReactElement } from 'react';
import type { Wanted } from '../shell/lazy-part.tsx';
import { ShareButton } from '../shell/menu-buttons.tsx';
import './share.css';
import { ShareBody } from './ShareBody.tsx';

export function ShareDialog({ wanted = false }: Wanted): ReactElement {
  return (
    <Dialog.Root defaultOpen={wanted}>
      <Dialog.Trigger asChild>
        <ShareButton />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-overlay" />
        <Dialog.Content className="dialog share" aria-describedby="share-what">
          <ShareBody />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
