using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>A queue in memory: jobs wait until it runs them.</summary>
internal sealed class QueueInMemory
{
    private readonly HashSet<AttemptId> _begun = [];

    public bool Runs { get; set; }

    public bool BeginsWhenWithdrawn { get; init; }

    public List<double?> Memory { get; } = [];

    public AttemptOperator Connect(Action<Observation> report) => new Client(this, report);

    private sealed class Client(QueueInMemory queue, Action<Observation> report) : AttemptOperator
    {
        public override void Observe(IReadOnlyList<AttemptRequest> live)
        {
            foreach (var request in live.Where(static request => request.ExternalId is not null))
            {
                Tell(request);
            }
        }

        public override void Start(AttemptRequest request)
        {
            queue.Memory.Add(request.Task.MemoryGb);
            Tell(request);
        }

        public override void Cancel(AttemptRequest request, string reason) { }

        public override bool TryWithdraw(AttemptRequest request, string reason)
        {
            if (queue.BeginsWhenWithdrawn)
            {
                queue._begun.Add(request.Attempt);
                Tell(request);
                return false;
            }

            report(new Observation.Exited(request.Attempt, DateTimeOffset.UtcNow, new AttemptEnd { IsCancelled = true, EndedBy = reason }));
            return true;
        }

        private void Tell(AttemptRequest request)
        {
            var now = DateTimeOffset.UtcNow;
            report(
                queue._begun.Contains(request.Attempt)
                    ? new Observation.Started(request.Attempt, now, "7")
                    : new Observation.Submitted(request.Attempt, now, "7", "waits as job 7: Priority")
            );
            if (queue.Runs)
            {
                report(new Observation.Exited(request.Attempt, now, new AttemptEnd { ExitCode = 0 }));
            }
        }
    }
}
