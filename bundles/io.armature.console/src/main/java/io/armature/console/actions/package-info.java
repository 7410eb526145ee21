/** What a page with the token may do. */
package io.armature.console.actions;
