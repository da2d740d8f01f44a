using System.Text;
using System.Text.Json;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Reads the attempts that have not ended, with the columns of <see cref="AttemptColumns.LiveAttempt"/>, in their order.</summary>
internal sealed class LiveAttemptReader(SqliteConnection connection) : IDisposable
{
    private readonly Utf8RowReader _rows = new(
        connection,
        $"""
        SELECT {AttemptColumns.LiveAttempt} FROM attempts INDEXED BY attempts_live WHERE ended_at_utc IS NULL ORDER BY seq
        """
    );

    // Many attempts share few different hashes, times and texts.
    private readonly InternTable<Sha256> _hashes = new(Sha256.Parse);
    private readonly InternTable<DateTimeOffset> _times = new(Timestamps.Parse);
    private readonly InternTable<DateTimeOffset> _submissions = new(Timestamps.Parse);
    private readonly InternTable<AttemptStatus> _statuses = new(StateText.ParseAttemptStatus);
    private readonly InternTable<AttemptState.WaitingExternal> _waits = new(static waitingFor => new(waitingFor));

    /// <summary>Id of the task of the current row; valid until the next row is read.</summary>
    public ReadOnlySpan<byte> TaskId => _rows.GetUtf8(1);

    public bool Read() => _rows.Read();

    /// <summary>Creates the attempt of the current row.</summary>
    /// <param name="task">Its task.</param>
    /// <param name="stored">The recorded reason of its task, and the task's definition.</param>
    /// <param name="addKey">Returns the index of an operator key of the run.</param>
    /// <exception cref="FormatException">A value is invalid.</exception>
    public LiveAttempt CreateAttempt(TaskNode task, TaskUnderWay stored, Func<OperatorKey, int> addKey)
    {
        // Its task was amended since it was intended.
        var own = _rows.GetUtf8OrEmpty(12) is { IsEmpty: false } definition ? definition.ToArray() : null;
        return new()
        {
            Demand = own is null ? null : CreateDemand(task, own, addKey),
            Id = AttemptId.FromTrusted(_rows.GetText(0)),
            Task = task,
            Index = _rows.GetInt32(2),
            State = CreateState(_statuses[_rows.GetUtf8(3)], _rows.GetUtf8OrEmpty(4), _rows.GetUtf8OrEmpty(9)),
            WiringHash = _hashes[_rows.GetUtf8(5)],
            OperatorHash = _hashes[_rows.GetUtf8(6)],
            IsDurable = true,
            CreatedAt = _times[_rows.GetUtf8(7)],
            SubmittedAt = _rows.GetUtf8OrEmpty(8) is { IsEmpty: false } submitted ? _submissions[submitted] : null,
            LastReason = stored.Reason,
            Given = _rows.GetUtf8OrEmpty(10) is { IsEmpty: false } given ? GivenResources.Parse(Encoding.UTF8.GetString(given)) : null,
            CarriedHash = _rows.GetUtf8OrEmpty(11) is { IsEmpty: false } carried ? _hashes[carried] : null,
            Definition = own ?? stored.Definition,
        };
    }

    public void Dispose() => _rows.Dispose();

    private AttemptDemand CreateDemand(TaskNode task, byte[] definition, Func<OperatorKey, int> addKey)
    {
        var key = OperatorKey.FromTrusted(_rows.GetText(13));
        try
        {
            var own = TaskJson.Read(task.Id, key, definition).Task;
            return new AttemptDemand(addKey(key), own.Shape.TotalCores, TaskNeeds.FromTask(own));
        }
        catch (JsonException)
        {
            // The operator reports a definition that cannot be read.
            return new AttemptDemand(addKey(key), task.Cores, task.Needs);
        }
    }

    private AttemptState CreateState(AttemptStatus status, ReadOnlySpan<byte> external, ReadOnlySpan<byte> waitingFor)
    {
        var id = external.IsEmpty ? null : Encoding.UTF8.GetString(external);
        return status switch
        {
            AttemptStatus.Created => new AttemptState.Created(),
            AttemptStatus.Submitted => new AttemptState.Submitted(id ?? ""),
            AttemptStatus.Running => new AttemptState.Running(id ?? ""),
            AttemptStatus.WaitingExternal => id is null ? _waits[waitingFor] : _waits[waitingFor] with { ExternalId = id },
            _ => throw new FormatException($"'{status.ToText()}' is not a state of a live attempt"),
        };
    }
}
