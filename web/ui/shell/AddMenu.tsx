/** "+ Add dump": the ways for another dump to come in. */
import { DropdownMenu } from 'radix-ui';
import type { ReactElement } from 'react';
import { openSample } from '../landing/open-sample.ts';
import { SAMPLES } from '../landing/samples.ts';
import { Icon } from '../theme/marks.tsx';
import { addEmptyDocument, chooseFiles, pasteFromClipboard } from './intake.ts';

export function AddMenu({ label = 'Add dump' }: { readonly label?: string }): ReactElement {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button type="button" className="button button-quiet add-dump">
          <Icon name="plus" size={12} />
          <span>{label}</span>
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={6}>
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
