DROP INDEX "licenses_expiry";--> statement-breakpoint
DROP INDEX "licenses_created";--> statement-breakpoint
DROP INDEX "licenses_key_prefix";--> statement-breakpoint
CREATE INDEX "licenses_updated" ON "licenses" USING btree ("account_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "licenses_tags" ON "licenses" USING gin ("tags") WHERE "licenses"."tags" <> '{}';--> statement-breakpoint
CREATE INDEX "licenses_metadata" ON "licenses" USING gin ("metadata" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "licenses_additional_users" ON "licenses" USING gin ("additional_user_ids") WHERE "licenses"."additional_user_ids" <> '{}';--> statement-breakpoint
CREATE INDEX "licenses_template" ON "licenses" USING btree ("account_id","license_template_id");--> statement-breakpoint
CREATE INDEX "licenses_entitlement_set" ON "licenses" USING btree ("account_id","entitlement_set_id") WHERE "licenses"."entitlement_set_id" is not null;--> statement-breakpoint
CREATE INDEX "licenses_product_version" ON "licenses" USING btree ("account_id","product_version_id") WHERE "licenses"."product_version_id" is not null;--> statement-breakpoint
CREATE INDEX "licenses_maintenance_policy" ON "licenses" USING btree ("account_id","maintenance_policy_id") WHERE "licenses"."maintenance_policy_id" is not null;--> statement-breakpoint
CREATE INDEX "users_banned" ON "users" USING btree ("account_id","id") WHERE "users"."banned_at" is not null;--> statement-breakpoint
CREATE INDEX "licenses_expiry" ON "licenses" USING btree ("account_id","expires_at","id");--> statement-breakpoint
CREATE INDEX "licenses_created" ON "licenses" USING btree ("account_id","created_at","id","product_id","user_id","license_template_id","type","suspended_manual_at","suspended_billing_at","revoked_manual_at","revoked_billing_at","effective_at","expires_at","expiry_grace_period","expiring_soon_event_offset","subscription_interval","subscription_start_trigger","allowed_activations","allowed_deactivations","allow_vm_activation","user_locked");--> statement-breakpoint
CREATE INDEX "licenses_key_prefix" ON "licenses" USING btree ("account_id",lower("key_prefix") text_pattern_ops);