-- A row of an index holds 2,704 bytes at most; a fingerprint may be longer. The text of this database is UTF-8 for good, so the
-- hash of a text never changes.
CREATE FUNCTION fingerprint_hash(fingerprint text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN sha256(convert_to(fingerprint, 'UTF8'));--> statement-breakpoint
ALTER TABLE "activations" DROP CONSTRAINT "activations_device";--> statement-breakpoint
ALTER TABLE "trial_activations" DROP CONSTRAINT "trial_activations_device";--> statement-breakpoint
ALTER TABLE "activations" ADD COLUMN "former_fingerprint_hash" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "trial_activations" ADD COLUMN "fingerprint_members" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "activations_device" ON "activations" USING btree ("account_id","license_id",fingerprint_hash("fingerprint"),"user_hash","instance_id");--> statement-breakpoint
CREATE UNIQUE INDEX "trial_activations_device" ON "trial_activations" USING btree ("account_id","product_id",fingerprint_hash("fingerprint"),"user_hash");--> statement-breakpoint
CREATE INDEX "trial_activations_members" ON "trial_activations" USING gin ("fingerprint_members");