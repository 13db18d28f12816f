/** The help sheet: every key, and what the pointer does. Opened by `?` wherever nothing is typed, and from the footer. */

import { Dialog } from 'radix-ui';
import { type ReactElement, useState } from 'react';
import { DialogClose } from '../shell/DialogClose.tsx';
import type { Wanted } from '../shell/lazy-part.tsx';
import { useMedia } from '../shell/use-media.ts';
import { HelpButton, useQuestionMark } from './HelpButton.tsx';
import { KEY_GROUPS, type KeyGroup, POINTER_LINES } from './keys.ts';

const POINTER: KeyGroup = { title: 'Pointer and touch', lines: POINTER_LINES };
/** Who has no keys looks for gestures. */
const groupsFor = (touch: boolean): readonly KeyGroup[] =>
  touch ? [POINTER, ...KEY_GROUPS] : [...KEY_GROUPS, POINTER];

export function HelpSheet({ wanted = false }: Wanted): ReactElement {
  const [open, setOpen] = useState(wanted);
  useQuestionMark(() => setOpen(true));
  const groups = groupsFor(useMedia('(pointer: coarse)'));
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger asChild>
        <HelpButton />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-overlay" />
        <Dialog.Content className="dialog help" aria-describedby={undefined}>
          <Dialog.Title className="t-title">Keys and gestures</Dialog.Title>
          <div className="help-groups">
            {groups.map(({ title, lines }) => (
              <section key={title}>
                <h3 className="t-label">{title}</h3>
                <dl>
                  {lines.map(({ keys, does }) => (
                    <div key={does}>
                      <dt>
                        {keys.map((key) => (
                          <kbd key={key}>{key}</kbd>
                        ))}
                      </dt>
                      <dd>{does}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
          <DialogClose />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
