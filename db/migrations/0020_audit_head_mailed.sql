ALTER TABLE "event_log_heads" ADD COLUMN "mailed_seq" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "event_log_heads" ADD COLUMN "mailed_at" timestamp with time zone;