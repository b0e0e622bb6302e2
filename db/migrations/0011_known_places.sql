CREATE TABLE "known_places" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid,
	"operator_id" uuid,
	"place_hash" text NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "known_places_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "known_places_user" UNIQUE("account_id","user_id","place_hash"),
	CONSTRAINT "known_places_operator" UNIQUE("account_id","operator_id","place_hash"),
	CONSTRAINT "known_places_one_owner" CHECK (num_nonnulls("known_places"."user_id", "known_places"."operator_id") = 1)
);
--> statement-breakpoint
ALTER TABLE "known_places" ADD CONSTRAINT "known_places_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "known_places" ADD CONSTRAINT "known_places_account_id_operator_id_operators_account_id_id_fk" FOREIGN KEY ("account_id","operator_id") REFERENCES "public"."operators"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "known_places_place" ON "known_places" USING btree ("account_id","place_hash");