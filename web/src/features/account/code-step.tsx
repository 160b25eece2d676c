import { ApiError } from "../../api/client";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { atFields, DoorForm, Heading, useSubmit } from "./form";

/** Whether an error asks for a one-time code beside what was shown. */
export function wantsCode(error: unknown): boolean {
  return error instanceof ApiError && error.code === "second_factor";
}

/** The second step of a sign-in: a one-time code, or a recovery code in its place. */
export function CodeStep({ onCode, onBack }: { onCode(code: string): Promise<unknown>; onBack(): void }) {
  const submit = useSubmit(async (given) => {
    const code = given("code");
    if (!code) throw atFields({ code: "Enter the code." });
    await onCode(code);
  });
  return (
    <>
      <Heading title="Enter your code">Your account asks for a second step.</Heading>
      <DoorForm submit={submit} verb="Sign in">
        <Field
          label="Code"
          error={submit.fields.code}
          hint="The six digits your authenticator app shows now, or one of your recovery codes."
        >
          {(control) => (
            <Input
              {...control}
              large
              name="code"
              autoComplete="one-time-code"
              autoFocus
              spellCheck={false}
              maxLength={100}
            />
          )}
        </Field>
      </DoorForm>
      <Button look="link" className="mt-4 text-sm" onClick={onBack}>
        Back
      </Button>
    </>
  );
}
