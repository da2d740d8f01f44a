using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>requests</c> without an answer.</summary>
internal sealed record RequestRow(DateTimeOffset At, RecordedKind<RequestKind> Kind, TaskId? TaskId, AttemptId? AttemptId, string Actor);
