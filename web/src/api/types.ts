// The words of the API under the names the app uses. gen.ts is made from the Go
// types (npm run gen); what its document cannot say is said here.

import type { Email, Event, Fact, Project, SearchHit, Span } from "./gen";

export type {
  Actor,
  AiBudget as AIBudget,
  Amount,
  ApiKey,
  Arrival,
  Attachment,
  AuditEntry,
  Authentication,
  Body,
  Books,
  Candidate,
  Changes,
  Charge,
  Confirmation,
  Counts,
  CreatedKey,
  Elsewhere,
  Email,
  EmailView as EmailDetail,
  Event,
  Fact,
  FactChain,
  FactorsOf,
  FileText,
  FilingRule,
  Flag,
  Invitation,
  InvitationLink,
  Invoice,
  Invoices,
  LedgerEntry,
  LinkAnswer,
  MailAddress,
  Match,
  Me,
  Member,
  Money,
  Moved,
  Organisation as Membership,
  OrgView as Organisation,
  OwnIdentity as Identity,
  OwnSession as Session,
  ParkedMail,
  Passage,
  Passkey,
  PasskeyQuestion,
  Payer,
  Payments as OperatorPayments,
  Plan,
  PlanChange,
  Project,
  ProjectSummary,
  ProjectView as ProjectDetail,
  Proposal,
  Reading,
  ReadingChoice,
  ReadingView as ReadingDetail,
  Reason,
  RecoveryCodes,
  RereadPlan,
  SearchHit,
  SenderRule,
  SentInvitation as MemberInvitation,
  Settings,
  SettingsPrice,
  SignInWays,
  SignOnReturn,
  SignOnTrip,
  SignUp,
  SignUpConfirmation,
  SignUpLink,
  Span,
  Subscription,
  TotpOffer,
  Unrouted as UnroutedMail,
  Usage,
  Visit,
  Week,
} from "./gen";

export type FactKind = Fact["kind"];
export type FactState = Fact["state"];
export type Proof = Fact["proof"];
/** Whether money is agreed. */
export type Standing = NonNullable<Fact["standing"]>;
export type ProjectStatus = Project["status"];
export type EmailState = Email["state"];
export type SpanKind = Span["kind"];
export type EventKind = Event["kind"];
export type HitKind = SearchHit["kind"];
export type Role = "admin" | "viewer";

/** A part of a list; `next` asks for the part after it. */
export interface List<T> {
  items: T[];
  next: string | null;
}

/** One piece of news on the stream: ids only. */
export interface Change {
  kind: EventKind;
  email_id?: string;
  project_id?: string;
  fact_id?: string;
}
