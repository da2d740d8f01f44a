using System.Text;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Runs.Store.Sqlite;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Runs.Store;

/// <content>What operators need to know about attempts.</content>
internal sealed partial class RunStore
{
    // Read at the first use, and again after a node has failed.
    private IReadOnlyList<(OperatorKey Key, string Node)>? _failedNodes;

    /// <summary>Builds the attempt request with which an operator starts an attempt.</summary>
    public AttemptRequest BuildAttemptRequest(LiveAttempt attempt) => GuardRead(Run, () =>
        {
            using var reader = attempt.Demand is null
                ? _selectDefinition.ExecuteReader((long)attempt.Task.Position)
                : _selectOwnDefinition.ExecuteReader((long)attempt.Task.Position, attempt.Id.Value);
            reader.Read();
            var request = BuildAttemptRequest(
                attempt,
                OperatorKey.FromTrusted(reader.GetString(1)),
                Encoding.UTF8.GetBytes(reader.GetString(0))
            );
            // A damaged definition must fail here, not on an operator's thread.
            _ = request.Planned;
            if (attempt.Index > 1 && request.Task.RetryMemoryFactor > 1)
            {
                request = request with { OutOfMemoryCount = CountOutOfMemoryEnds(attempt.Task.Id) };
            }

            return attempt.Task.DependsOn.Length == 0
                ? request
                : request with
                {
                    Dependencies = _resultRows.ReadDependencyOutputs(attempt.Task.Position),
                };
        });

    /// <summary>Builds the attempt requests of all live attempts. Reads only what an attempt needs that may start again.</summary>
    public IReadOnlyList<AttemptRequest> BuildLiveAttemptRequests(RunModel model) =>
        [
            .. model.LiveAttempts.Select(attempt =>
                (
                    attempt.Definition.IsEmpty || CanStartAgain(attempt)
                        ? BuildAttemptRequest(attempt)
                        : BuildAttemptRequest(attempt, model.Keys[attempt.KeyIndex], attempt.Definition)
                ) with
                {
                    PriorityGap = model.GetPriorityGap(attempt.Task),
                }
            ),
        ];

    // An operator may start these attempts again, so they need the complete request: an attempt whose submission is not confirmed yet (its
    // external id is still the name that MatterStack gave it), and a waiting exchange, whose folder may have been deleted.
    private static bool CanStartAgain(LiveAttempt attempt) =>
        (attempt.Task.DependsOn.Length > 0 || attempt.Index > 1)
        && attempt.State is AttemptState.Created or AttemptState.WaitingExternal or AttemptState.Submitted { IsConfirmed: false };

    /// <summary>Time at which each live attempt was first seen running or waiting outside, as opposed to queued.</summary>
    public IReadOnlyDictionary<AttemptId, DateTimeOffset> ReadRunningSince() => GuardRead(Run, () =>
        {
            var since = new Dictionary<AttemptId, DateTimeOffset>();
            using var statement = new SqlStatement(
                _connection,
                $"SELECT attempt_id, min(at_utc) FROM events WHERE kind IN ('{EventKinds.AttemptRunning}', "
                    + $"'{EventKinds.AttemptWaitingExternal}') AND attempt_id IN (SELECT attempt_id FROM attempts WHERE "
                    + $"ended_at_utc IS NULL) "
                    + $"GROUP BY attempt_id",
                0
            );
            using var reader = statement.ExecuteReader();
            while (reader.Read())
            {
                since[AttemptId.FromTrusted(reader.GetString(0))] = Timestamps.Parse(reader.GetString(1));
            }

            return since;
        });

    /// <summary>Nodes on which an attempt of the run ended with <c>NODE_FAIL</c>, each with the attempt's operator key.</summary>
    public IReadOnlyList<(OperatorKey Key, string Node)> ReadFailedNodes() => _failedNodes ??= GuardRead(Run, () =>
        {
            var nodes = new List<(OperatorKey, string)>();
            using var statement = new SqlStatement(
                _connection,
                "SELECT DISTINCT operator_key, node FROM attempts WHERE node IS NOT NULL AND end_cause = "
                    + $"'{EndCause.NodeFailure.ToText()}'",
                0
            );
            using var reader = statement.ExecuteReader();
            while (reader.Read())
            {
                nodes.Add((OperatorKey.FromTrusted(reader.GetString(0)), reader.GetString(1)));
            }

            return nodes;
        });

    private IReadOnlyList<(OperatorKey, string)>? ForgetFailedNodes(IReadOnlyList<Change> changes) =>
        changes.Any(static change => change is Change.AttemptMoved { State: AttemptState.Ended { Cause: EndCause.NodeFailure } })
            ? null
            : _failedNodes;

    private AttemptRequest BuildAttemptRequest(LiveAttempt attempt, OperatorKey key, ReadOnlyMemory<byte> definition) =>
        new()
        {
            Run = Id,
            Attempt = attempt.Id,
            Index = attempt.Index,
            TaskId = attempt.Task.Id,
            Key = key,
            Definition = definition,
            WiringHash = attempt.WiringHash,
            RunFolder = Run.Path,
            ProgramPath = ProgramPath,
            SubmittedAt = attempt.SubmittedAt,
            RefusedSince = attempt.RefusedSince,
            Given = attempt.Given,
            PreviousCause = attempt.Task.History?.LastCause,
            Carried = attempt.CarriedHash is null ? [] : _carriedFiles.ReadCarried(attempt.Id),
            ExternalId = attempt.State switch
            {
                AttemptState.Submitted submitted => submitted.ExternalId,
                AttemptState.Running running => running.ExternalId,
                AttemptState.WaitingExternal waiting => waiting.ExternalId,
                AttemptState.Created or AttemptState.Ended => null,
                _ => throw new InvalidOperationException("No rule for this state"),
            },
        };

    private int CountOutOfMemoryEnds(TaskId task)
    {
        using var ends = new SqlStatement(
            _connection,
            $"SELECT count(*) FROM attempts WHERE task_id = $1 AND end_cause = '{EndCause.OutOfMemory.ToText()}'",
            1
        );
        using var reader = ends.ExecuteReader(task.Value);
        return reader.Read() ? reader.GetInt32(0) : 0;
    }
}
