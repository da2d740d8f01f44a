namespace MatterStack.Engine.Lifecycle.Model;

/// <content>Kinds of events that are changes of states, and answers to requests.</content>
internal static partial class EventKinds
{
    /// <summary>Finds a kind by its text in the column <c>kind</c>. A kind of a later version has only this text.</summary>
    public static EventKind Parse(string name) => ByName.GetValueOrDefault(name) ?? new EventKind(name, "", "", "");

    /// <summary>Kind of the event at a change of the run's state.</summary>
    public static EventKind GetKind(RunState to) => RunKinds.GetKind(to);

    /// <summary>Kind of the event at a change of a task's state. The store has no such event for other states.</summary>
    public static EventKind GetKind(TaskState to) => TaskKinds.GetKind(to);

    /// <summary>Kind of the event at a change of an attempt's state.</summary>
    public static EventKind GetKind(AttemptStatus to) => AttemptKinds.GetKind(to);

    /// <summary>Kind of the event at the answer to a request.</summary>
    public static EventKind GetKind(RequestKind request) => RequestKinds.GetKind(request);

    /// <summary>Finds the state that a run has after an event. Returns null if the event is no change of the run's state.</summary>
    public static RunState? FindRunState(EventKind kind) => RunKinds.FindValue(kind);

    /// <summary>Finds the state that a task has after an event. Returns null if the event is no change of a task's state.</summary>
    public static TaskState? FindTaskState(EventKind kind) => TaskKinds.FindValue(kind);

    /// <summary>Finds the state that an attempt has after an event. Returns null if the event is no change of an attempt's state.</summary>
    public static AttemptStatus? FindAttemptStatus(EventKind kind) => AttemptKinds.FindValue(kind);

    /// <summary>Finds the request that an event answers. Returns null if the event is no answer to a request.</summary>
    public static RequestKind? FindRequestKind(EventKind kind) => RequestKinds.FindValue(kind);

    private static EventKind AddRequest(string target, string fields) =>
        Add($"REQUEST_{target.ToUpperInvariant()}", $"`{target}` is answered", fields, Answer);

    private static EventKind Add(string name, string writtenWhen, string fields, string meaning)
    {
        var kind = new EventKind(name, writtenWhen, fields, meaning);
        Kinds.Add(kind);
        return kind;
    }
}
