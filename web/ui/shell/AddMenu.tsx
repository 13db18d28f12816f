/** "+ Add dump": the ways for another dump to come in. */
import { DropdownMenu } from 'radix-ui';
import type { ReactElement } from 'react';
import { openSample } from '../landing/open-sample.ts';
import { SAMPLES } from '../landing/samples.ts';
import { addEmptyDocument, chooseFiles, pasteFromClipboard } from './intake.ts';
import type { Wanted } from './lazy-part.tsx';
import { AddButton } from './menu-buttons.tsx';
import { menuHome } from './menu-home.ts';

export interface AddMenuProps {
  readonly label?: string;
}

export function AddMenu({ label = 'Add dump', wanted = false }: AddMenuProps & Wanted): ReactElement {
  return (
    <DropdownMenu.Root modal={false} defaultOpen={wanted}>
      <DropdownMenu.Trigger asChild>
        <AddButton label={label} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={menuHome()}>
        <DropdownMenu.Content className="menu" align="start" sideOffset={6} collisionPadding={8}>
          <DropdownMenu.Label className="menu-label">To this node</DropdownMenu.Label>
          <DropdownMenu.Item className="menu-item" onSelect={chooseFiles}>
            Choose files…
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => void pasteFromClipboard()}>
            Paste <kbd className="key">Ctrl V</kbd>
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={addEmptyDocument}>
            Empty editor
          </DropdownMenu.Item>
          {SAMPLES.length > 0 ? (
            <>
              <DropdownMenu.Separator className="menu-separator" />
              <DropdownMenu.Label className="menu-label">Samples, in place of this node</DropdownMenu.Label>
              {SAMPLES.map((sample) => (
                <DropdownMenu.Item
                  key={sample.id}
                  className="menu-item"
                  title={sample.story}
                  onSelect={() => void openSample(sample)}
                >
                  {sample.title}
                </DropdownMenu.Item>
              ))}
            </>
          ) : null}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
