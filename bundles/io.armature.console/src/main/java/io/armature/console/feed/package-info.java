/** What the console shows, gathered from its sources and kept up to date. */
package io.armature.console.feed;
