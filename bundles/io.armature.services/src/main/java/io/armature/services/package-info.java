/** The service manager: who owns, requests and watches which service; wiring only. */
package io.armature.services;
