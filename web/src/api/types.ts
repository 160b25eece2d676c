// The words of the API, from the json tags of the Go types. This file keeps
// only what gen.ts will not name; it is replaced by aliases into gen.ts.

export type FactKind =
  | "decision"
  | "action_item"
  | "scope_change"
  | "budget_mention"
  | "timeline_change"
  | "risk"
  | "key_point";
export type Proof = "verified" | "value_missing" | "unverified";
export type FactState = "open" | "confirmed" | "corrected" | "rejected" | "superseded";
export type ProjectStatus = "active" | "bidding" | "on_hold" | "closeout" | "completed";
export type EmailState = "filed" | "review" | "quarantined" | "held" | "automatic" | "parked";
export type Role = "admin" | "viewer";

export interface Amount {
  minor: number;
  currency: string;
}

export interface Fact {
  id: string;
  email_id: string;
  project_id: string;
  kind: FactKind;
  text: string;
  quote: string;
  start: number;
  end: number;
  proof: Proof;
  confidence: number;
  owner: string | null;
  deadline: string | null;
  priority: "high" | "normal" | "low";
  made_by: string | null;
  amount: Amount | null;
  affects: string[];
  state: FactState;
  by: string;
  at: string;
  reason?: string;
}

export interface MailAddress {
  name: string;
  address: string;
}

export interface Attachment {
  n: number;
  filename: string;
  content_type: string;
  size: number;
  sha256: string;
  content_id: string;
  inline: boolean;
}

export interface Reason {
  kind: "plus_address" | "thread" | "job_number" | "name" | "address" | "people" | "none" | "person";
  text: string;
  words?: string;
  in?: "subject" | "text" | "address";
  start?: number;
  end?: number;
}

export interface Candidate {
  project_id: string;
  name: string;
  confidence: number;
  reasons: Reason[];
}

export interface Match {
  confidence: number;
  reasons: Reason[];
  candidates: Candidate[];
}

export interface Email {
  id: string;
  message_id: string;
  subject: string;
  from: MailAddress[];
  to: MailAddress[];
  cc: MailAddress[];
  date: string;
  received_at: string;
  project_id: string | null;
  thread_id: string;
  thread_size: number;
  thread_index: number;
  state: EmailState;
  sha256: string;
  size: number;
  verdict: "accepted" | "held" | "refused";
  snippet: string;
  attachments: Attachment[];
  match: Match;
  requires_response: boolean;
  automatic: "no" | "reply" | "bounce" | "list" | "bulk";
  warnings: string[];
  extractor: string;
  envelope_from: string;
  facts: Fact[];
}

export type SpanKind = "new" | "quoted" | "signature" | "disclaimer" | "forward_header" | "forwarded";

export interface Body {
  text: string;
  spans: { kind: SpanKind; start: number; end: number }[];
  html: boolean;
}

export interface EmailDetail extends Email {
  body: Body;
  html_url: string | null;
  raw_url: string;
}

export type EventKind =
  | "project_created"
  | "mail_filed"
  | "mail_in_review"
  | "mail_parked"
  | "mail_held"
  | "mail_moved_in"
  | "mail_moved_out"
  | "mail_dismissed"
  | "fact_extracted"
  | "fact_reopened"
  | "fact_confirmed"
  | "fact_corrected"
  | "fact_rejected";

export interface Actor {
  kind: "user" | "key" | "mail" | "job" | "operator";
  id?: string;
  name?: string;
}

export interface Event {
  id: string;
  kind: EventKind;
  at: string;
  project_id: string;
  email_id: string | null;
  fact_id: string | null;
  actor: Actor;
  other_project_id: string | null;
  note?: string;
  fact?: Fact;
}

export interface Project {
  id: string;
  name: string;
  job_number: string;
  address: string;
  client: string;
  status: ProjectStatus;
  aliases: string[];
  people: string[];
  created_at: string;
}

export interface ProjectSummary extends Project {
  latest: Fact | null;
  open_actions: number;
  overdue: number;
  risks: number;
  due_7_days: number;
  mails: number;
  weeks: number[];
  first_mail_at?: string;
  last_mail_at?: string;
  unseen: number;
}

export interface Week {
  start: string;
  mails: number;
  facts: Partial<Record<FactKind, number>>;
}

export interface ProjectDetail extends ProjectSummary {
  weeks_strip: Week[];
  cc_address: string;
  kinds: Partial<Record<FactKind, number>>;
  files: number;
  people_count: number;
  unsure: number;
}

export interface SearchHit {
  kind: "fact" | "mail" | "attachment" | "project";
  id: string;
  email_id?: string;
  project_id?: string;
  title: string;
  snippet: string;
  who: string;
  at?: string;
  fact_kind?: FactKind;
  state?: string;
  n?: number;
}

export interface Change {
  kind: EventKind;
  email_id?: string;
  project_id?: string;
  fact_id?: string;
}

export interface Counts {
  projects: number;
  actions: number;
  review: number;
  unsure: number;
  parked: number;
  held: number;
  mail_today: number;
}

export interface Membership {
  id: string;
  name: string;
  address: string;
  role: Role;
  mail_in: string;
  time_zone: string;
  plan: string;
}

export interface Me {
  user: { id: string; email: string; name: string };
  organisations: Membership[];
}

export interface Organisation extends Membership {
  counts: Counts;
}

export interface List<T> {
  items: T[];
  next: string | null;
}

export interface Changes extends List<Event> {
  mails: number;
  projects: number;
}

export interface Usage {
  days: { day: string; emails: number; cost_micro_usd: number }[];
  projects: { project_id: string; name: string; emails: number }[];
  emails: number;
  cost_micro_usd: number;
}

export interface Plan {
  name: string;
  price_cents: number;
  emails: number;
  projects: number;
  users: number;
  budget_micro_usd: number;
  by_agreement: boolean;
  storage_bytes: number;
}

export interface Subscription {
  plan: Plan;
  status: string;
  billing: boolean;
}

export interface Member {
  user: { id: string; email: string; name: string; disabled: boolean; created_at: string };
  role: Role;
}
