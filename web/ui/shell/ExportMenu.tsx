/** What can be saved, in words: pictures of the view, the findings, the graph, the ruleset, and paper. What cannot says why. */
import { DropdownMenu } from 'radix-ui';
import { type ReactElement, useState } from 'react';
import type { Export } from '../export/save.ts';
import type { PictureTheme } from '../export/themed.ts';
import { session } from '../session.ts';
import { downloadShown } from '../share/workspace-file.ts';
import { savePage } from '../standalone/save-page.ts';
import { store, useStore } from '../use-store.ts';
import { download, joinDumps } from './download.ts';
import { reasons } from './export-reasons.ts';
import type { Wanted } from './lazy-part.tsx';
import { ExportButton } from './menu-buttons.tsx';
import { menuHome } from './menu-home.ts';
import { plural } from './words.ts';

export function ExportMenu({ wanted = false }: Wanted): ReactElement {
  return (
    <DropdownMenu.Root modal={false} defaultOpen={wanted}>
      <DropdownMenu.Trigger asChild>
        <ExportButton />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={menuHome()}>
        <DropdownMenu.Content className="menu export-menu" align="end" sideOffset={6} collisionPadding={8}>
          <Pictures />
          <Findings />
          <Ruleset />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface EntryProps {
  readonly name: string;
  /** What is in the file. */
  readonly what: string;
  /** Null where it can be saved. */
  readonly reason: string | null;
  readonly onSave: () => void;
}

function Entry({ name, what, reason, onSave }: EntryProps): ReactElement {
  return (
    <DropdownMenu.Item className="menu-item export-item" disabled={reason !== null} onSelect={onSave}>
      <span>{name}</span>
      <span className="export-what">{reason ?? what}</span>
    </DropdownMenu.Item>
  );
}

/** The code that draws and writes comes with the first export, and the fonts for pictures with it. */
async function save(wanted: Export): Promise<void> {
  try {
    const { saveExport } = await import('../export/save.ts');
    await saveExport(wanted);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    store.getState().notify({ severity: 'error', text: `Not exported: ${reason}` });
  }
}

const THEMES = { page: 'as on the page', light: 'light', dark: 'dark' } as const;

function Pictures(): ReactElement {
  const [theme, setTheme] = useState<keyof typeof THEMES>('page');
  const [transparent, setTransparent] = useState(false);
  const view = useStore((state) => state.view);
  const { view: noView, slide: noSlide } = useStoreReasons();
  const draw = async (kind: 'view' | 'slide', format: 'svg' | 'png'): Promise<void> => {
    const { presentTheme } = await import('../export/themed.ts');
    const chosen: PictureTheme = theme === 'page' ? presentTheme() : theme;
    await save({ what: 'picture', kind, format, theme: chosen, transparent: transparent && kind === 'slide' });
  };
  const seen = `The ${VIEW_WORDS[view]} as seen, fonts and colours inside`;
  return (
    <>
      <DropdownMenu.Label className="menu-label">Picture</DropdownMenu.Label>
      <Entry name="View, SVG" what={seen} reason={noView} onSave={() => void draw('view', 'svg')} />
      <Entry
        name="View, PNG"
        what="The same at twice the pixels of the screen"
        reason={noView}
        onSave={() => void draw('view', 'png')}
      />
      <Entry
        name="Slide, SVG"
        what="The hook map at 1600 × 900, with title and legend"
        reason={noSlide}
        onSave={() => void draw('slide', 'svg')}
      />
      <Entry
        name="Slide, PNG"
        what="The same at 3200 × 1800"
        reason={noSlide}
        onSave={() => void draw('slide', 'png')}
      />
      <DropdownMenu.RadioGroup
        className="export-options"
        aria-label="Colours of pictures"
        value={theme}
        onValueChange={(value) => setTheme(value as keyof typeof THEMES)}
      >
        <span className="export-what">Colours</span>
        {(Object.keys(THEMES) as (keyof typeof THEMES)[]).map((one) => (
          <DropdownMenu.RadioItem key={one} className="export-option" value={one} onSelect={keepOpen}>
            {THEMES[one]}
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
      <DropdownMenu.CheckboxItem
        className="menu-item export-check"
        checked={transparent}
        onCheckedChange={setTransparent}
        onSelect={keepOpen}
      >
        <span className="export-tick" aria-hidden="true">
          {transparent ? '✓' : ''}
        </span>
        Slides without a ground
      </DropdownMenu.CheckboxItem>
    </>
  );
}

const VIEW_WORDS = {
  hooks: 'hook map',
  chain: 'chain',
  trace: 'trace',
  cost: 'cost view',
  source: 'source',
  findings: 'findings',
} as const;

function keepOpen(event: Event): void {
  event.preventDefault();
}

function useStoreReasons() {
  const overview = useStore((state) => state.overview);
  const family = useStore((state) => state.family);
  const view = useStore((state) => state.view);
  return reasons({ overview, family, view });
}

function Findings(): ReactElement {
  const number = useStore((state) => state.overview?.findings.length ?? 0);
  const { findings } = useStoreReasons();
  const all = plural(number, 'finding');
  return (
    <>
      <DropdownMenu.Separator className="menu-separator" />
      <DropdownMenu.Label className="menu-label">Findings</DropdownMenu.Label>
      <Entry
        name="Markdown"
        what={`${all} with places and packets, for an issue`}
        reason={findings}
        onSave={() => void save({ what: 'findings', format: 'markdown' })}
      />
      <Entry
        name="JSON"
        what={`${all} as the command line prints them`}
        reason={findings}
        onSave={() => void save({ what: 'findings', format: 'json' })}
      />
    </>
  );
}

function Ruleset(): ReactElement {
  const { graph, ruleset } = useStoreReasons();
  return (
    <>
      <DropdownMenu.Separator className="menu-separator" />
      <DropdownMenu.Label className="menu-label">Graph and rules</DropdownMenu.Label>
      <Entry
        name="Graph, DOT"
        what="Hooks, chains and jumps, for Graphviz"
        reason={graph}
        onSave={() => void save({ what: 'dot' })}
      />
      <Entry
        name="nft script"
        what="The ruleset, printed from what was read"
        reason={ruleset}
        onSave={() => void save({ what: 'print', to: 'nft' })}
      />
      <Entry
        name="iptables-save text"
        what="The ruleset, printed from what was read"
        reason={ruleset}
        onSave={() => void save({ what: 'print', to: 'iptables-save' })}
      />
      <Entry
        name="Page, HTML"
        what="nfscope with these dumps inside, in one file that opens anywhere, offline"
        reason={null}
        onSave={() => void savePage()}
      />
      <Entry
        name="Dumps as they are"
        what="One text file that nfscope takes apart again"
        reason={null}
        onSave={() => download('nfscope-dumps.txt', joinDumps(store.getState().documents))}
      />
      <Entry
        name="Workspace, .nfscope.json"
        what="Dumps, view and notes: drop it on the page to open it again"
        reason={null}
        onSave={() => downloadShown(store.getState(), session.viewState())}
      />
      <DropdownMenu.Separator className="menu-separator" />
      <Entry
        name="Print…"
        what="The view and the findings on paper, or as PDF"
        reason={ruleset}
        // The menu is gone from the paper by then.
        onSave={() => setTimeout(() => window.print(), 50)}
      />
    </>
  );
}
