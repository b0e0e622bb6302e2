ALTER TABLE "sign_in_tickets" ADD COLUMN "sign_in_epoch" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "sign_in_epoch" integer DEFAULT 0 NOT NULL;