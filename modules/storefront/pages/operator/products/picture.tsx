/** The picture of a product: dropped or chosen, described, taken away. */
import { useState } from 'preact/hooks';
import { CheckedField } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { confirmed } from '../../components/confirm.tsx';
import { DropZone } from '../../components/drop.tsx';
import { Picture } from '../../components/picture.tsx';
import { Loading, Notice, ProblemNotice } from '../../components/states.tsx';
import { changeProduct, removePicture, setPicture } from './calls.ts';
import type { Editing } from './editing.ts';
import { shrink } from './shrink.ts';

/** What came of the last file. */
interface State {
  isSending?: boolean;
  done?: string;
  error?: unknown;
}

export function PictureOf({ product, take }: Editing) {
  const [{ isSending, done, error }, setState] = useState<State>({});
  const { imageUrl, name, pictureAlt = '' } = product;

  const act = async (work: () => Promise<typeof product>, said: string) => {
    if (isSending) return;
    setState({ isSending: true });
    try {
      await take(await work());
      setState({ done: said });
    } catch (failure) {
      setState({ error: failure });
    }
  };
  const put = ([file]: readonly File[]) =>
    file && act(async () => setPicture(product, await shrink(file)), 'The shop shows it now.');
  const remove = async () => {
    if (await confirmed(`Take the picture of ${name} away?`, 'Take it away'))
      await act(() => removePicture(product), 'The product has no picture now.');
  };
  const describe = async ({ pictureAlt: text = '' }: Record<string, string>) => {
    const changed = await changeProduct(product, { pictureAlt: text });
    if (changed) await take(changed);
    return 'Saved.';
  };

  return (
    <div class="panel">
      <h3>Picture</h3>
      <DropZone
        label={
          imageUrl
            ? 'Drop another picture here, or choose one'
            : 'Drop a picture here, or choose one'
        }
        accept="image/png,image/jpeg,image/webp,image/avif,image/gif"
        onFiles={(files) => void put(files)}
      >
        {imageUrl && (
          <span class="product-picture">
            <Picture product={product} alt={pictureAlt || name} sizes="16rem" />
          </span>
        )}
      </DropZone>
      {isSending && <Loading text="Sending the picture…" />}
      {done !== undefined && <Notice>{done}</Notice>}
      {error !== undefined && <ProblemNotice error={error} />}
      {imageUrl && (
        <>
          <CheckedForm
            action="Save the text"
            run={describe}
            extra={
              <button type="button" class="danger" onClick={() => void remove()}>
                Take it away
              </button>
            }
          >
            <CheckedField
              name="pictureAlt"
              label="What it shows"
              hint="For those who do not see it"
              maxLength={300}
              defaultValue={pictureAlt}
            />
          </CheckedForm>
        </>
      )}
    </div>
  );
}
