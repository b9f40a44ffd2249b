/** A place that files are dropped on, or chosen by a button: the keyboard and a phone have only the latter. */
import { useId, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';

/** `onFiles` gets what was dropped or chosen; the same file again, too. */
export function DropZone({
  label,
  accept,
  multiple = false,
  onFiles,
  children,
}: {
  label: string;
  /** As the attribute of an input has it; what is dropped is not judged by it. */
  accept: string;
  multiple?: boolean;
  onFiles: (files: readonly File[]) => void;
  /** What stands in it besides. */
  children?: ComponentChildren;
}) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const take = (files: FileList | null | undefined) => {
    const all = [...(files ?? [])];
    if (all.length > 0) onFiles(multiple ? all : all.slice(0, 1));
  };
  return (
    <div
      class={isOver ? 'drop is-over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={({ currentTarget, relatedTarget }) => {
        // It leaves for what stands in it, too.
        if (!currentTarget.contains(relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      {children}
      <label for={id}>{label}</label>
      <input
        id={id}
        type="file"
        accept={accept}
        multiple={multiple}
        onChange={({ currentTarget }) => {
          take(currentTarget.files);
          currentTarget.value = '';
        }}
      />
    </div>
  );
}
