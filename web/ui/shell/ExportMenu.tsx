/** What the workspace can be saved as. Printing is done from the model, in the worker. */
import { DropdownMenu } from 'radix-ui';
import type { ReactElement } from 'react';
import { ask } from '../use-answer.ts';
import { store, useStore } from '../use-store.ts';
import { download, joinDumps } from './download.ts';
import type { Wanted } from './lazy-part.tsx';
import { ExportButton } from './menu-buttons.tsx';

const FILES = { nft: 'nfscope.nft', 'iptables-save': 'nfscope.save' } as const;

export function ExportMenu({ wanted = false }: Wanted): ReactElement {
  const ready = useStore((state) => state.overview !== null);
  const print = async (to: 'nft' | 'iptables-save'): Promise<void> => {
    try {
      download(FILES[to], await ask('print', { to }));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      store.getState().notify({ severity: 'error', text: `Not exported: ${reason}` });
    }
  };
  return (
    <DropdownMenu.Root modal={false} defaultOpen={wanted}>
      <DropdownMenu.Trigger asChild>
        <ExportButton />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={6}>
          <DropdownMenu.Label className="menu-label">The ruleset, printed from what was read</DropdownMenu.Label>
          <DropdownMenu.Item className="menu-item" disabled={!ready} onSelect={() => void print('nft')}>
            nft script
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" disabled={!ready} onSelect={() => void print('iptables-save')}>
            iptables-save text
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="menu-separator" />
          <DropdownMenu.Item
            className="menu-item"
            onSelect={() => download('nfscope-dumps.txt', joinDumps(store.getState().documents))}
          >
            Dumps as they are, one text file
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
