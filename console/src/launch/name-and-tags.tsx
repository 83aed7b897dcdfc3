/**
 * The name of the instances, which is a tag, and whatever other tags they get.
 *
 * What is wrong with a key is said beside it.
 */

import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Tag } from '../../../src/model.ts';
import type { LaunchForm } from './launch-form.ts';
import type { Problems } from './launch-problems.ts';

type Props = {
  form: LaunchForm;
  /** By the key of the tag. */
  problems: Problems['tags'];
  onChange(change: Partial<LaunchForm>): void;
};

/** AWS's limit for a resource, of which the name is one. */
const MOST_TAGS = 49;

export function NameAndTags({ form: { Name, tags }, problems, onChange }: Props) {
  const change = (at: number, tag: Partial<Tag>) =>
    onChange({ tags: tags.map((before, index) => (index === at ? { ...before, ...tag } : before)) });
  return (
    <Container header={<Header variant="h2">Name and tags</Header>}>
      <SpaceBetween size="m">
        <FormField
          label={
            <>
              Name <i>- optional</i>
            </>
          }
        >
          <Input
            value={Name}
            placeholder="For example web"
            onChange={({ detail }) => onChange({ Name: detail.value })}
          />
        </FormField>
        <AttributeEditor
          items={tags}
          addButtonText="Add tag"
          removeButtonText="Remove"
          removeButtonAriaLabel={({ Key }) => `Remove tag ${Key}`}
          empty="No tags beside the name."
          disableAddButton={tags.length >= MOST_TAGS}
          onAddButtonClick={() => onChange({ tags: [...tags, { Key: '', Value: '' }] })}
          onRemoveButtonClick={({ detail }) => onChange({ tags: tags.filter((_, at) => at !== detail.itemIndex) })}
          definition={[
            {
              label: 'Key',
              errorText: ({ Key }) => problems?.get(Key),
              control: ({ Key }, at) => (
                <Input value={Key} onChange={({ detail }) => change(at, { Key: detail.value })} />
              ),
            },
            {
              label: 'Value',
              control: ({ Value }, at) => (
                <Input value={Value} onChange={({ detail }) => change(at, { Value: detail.value })} />
              ),
            },
          ]}
        />
      </SpaceBetween>
    </Container>
  );
}
