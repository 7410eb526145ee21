/** Accounts for every id of every queue by what is stored and what devices say. */
package io.armature.backend.reporting.audit;
