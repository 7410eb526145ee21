/** The console's web server: who may ask, what is answered, and the streams of events. */
package io.armature.console.http;
