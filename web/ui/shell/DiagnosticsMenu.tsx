/** What could not be read in a dump: the list that leads to its lines. */
import { DropdownMenu } from 'radix-ui';
import type { ReactElement } from 'react';
import type { Wanted } from './lazy-part.tsx';
import { DiagnosticsButton, type DiagnosticsProps } from './menu-buttons.tsx';
import { menuHome } from './menu-home.ts';
import { showDiagnostic } from './show-diagnostic.ts';
import { plural } from './words.ts';

/** Diagnostics of one dump: their number, and behind it the list that leads to their lines. */
export function DiagnosticsMenu({
  document,
  overview,
  wanted = false,
}: DiagnosticsProps & Wanted): ReactElement | null {
  const all = overview.diagnostics.length + overview.more;
  if (all === 0) return null;
  return (
    <DropdownMenu.Root modal={false} defaultOpen={wanted}>
      <DropdownMenu.Trigger asChild>
        <DiagnosticsButton document={document} overview={overview} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={menuHome()}>
        <DropdownMenu.Content className="menu diagnostics-menu" align="start" sideOffset={6} collisionPadding={8}>
          <DropdownMenu.Label className="menu-label">{plural(all, 'remark')} about this text</DropdownMenu.Label>
          {overview.diagnostics.slice(0, 50).map((diagnostic, at) => (
            <DropdownMenu.Item
              // biome-ignore lint/suspicious/noArrayIndexKey: a list that is replaced as a whole
              key={at}
              className="menu-item diagnostic"
              onSelect={() => showDiagnostic(document.id, diagnostic)}
            >
              <span className="mono quiet">
                {diagnostic.from.line}:{diagnostic.from.column}
              </span>
              <span>
                <span className={diagnostic.severity === 'info' ? 'secondary' : `${diagnostic.severity}-text`}>
                  {diagnostic.severity === 'info' ? 'note' : diagnostic.severity}
                </span>{' '}
                {diagnostic.message}
              </span>
            </DropdownMenu.Item>
          ))}
          {all > 50 ? (
            <p className="menu-label">and {plural(all - 50, 'more', 'more')}, at their lines in the source</p>
          ) : null}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
