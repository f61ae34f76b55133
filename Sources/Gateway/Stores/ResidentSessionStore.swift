/// A session store whose sessions all lie in this process's memory: a check may read them there.
package protocol ResidentSessionStore: SessionStore {
    /// The sessions, as every question is answered from them.
    var rows: SessionRows { get }
}
