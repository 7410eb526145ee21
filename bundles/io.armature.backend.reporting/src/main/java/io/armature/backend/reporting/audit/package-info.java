/** Accounts for every id of every queue by what is stored. */
package io.armature.backend.reporting.audit;
