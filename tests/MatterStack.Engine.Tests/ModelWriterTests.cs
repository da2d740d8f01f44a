using System.Reflection;
using System.Runtime.CompilerServices;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Tests;

/// <summary>Only planners change the model of a run, after the store has loaded it.</summary>
[TestClass]
public sealed class ModelWriterTests
{
    private static readonly Type[] ModelTypes = [typeof(RunModel), typeof(TaskNode), typeof(LiveAttempt), typeof(TimeLimit)];
    private static readonly string?[] Writers = [typeof(RunModel).Namespace, typeof(TickPlanner).Namespace];
    private static readonly Type[] Loaders = [typeof(ModelLoader), typeof(LiveAttemptReader), typeof(PostponementEvents)];

    [TestMethod]
    public void Only_planners_and_the_loader_change_the_model_of_a_run()
    {
        var wrong = FindWrites(typeof(RunModel).Assembly.GetTypes())
            .Where(write => !Writers.Contains(write.Writer.Namespace) && !Loaders.Contains(write.Writer))
            .Select(write => $"{write.Writer.FullName} changes {write.Member}")
            .Distinct()
            .ToList();
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    public void A_change_of_the_model_is_found_however_it_is_written()
    {
        var found = FindWrites([typeof(Writer), .. typeof(Writer).GetNestedTypes(BindingFlags.NonPublic)])
            .Select(write => write.Member)
            .ToList();

        CollectionAssert.AreEquivalent(
            new[]
            {
                "RunModel.State",
                "TaskNode.AttemptCount",
                "TaskNode.CacheLookup",
                "LiveAttempt.IsDurable",
                "TimeLimit.IsCounted",
                "RunModel.RemoveLive",
                "Queue of LiveAttempt",
                "PriorityQueue of TaskNode",
            },
            found
        );
    }

    private static IEnumerable<(Type Writer, string Member)> FindWrites(IEnumerable<Type> types) =>
        CallFinder
            .FindCalls(types)
            .Select(call => (call.Caller, Member: FindWrittenMember(call.Called)))
            .Where(call => call.Member is not null)!;

    private static string? FindWrittenMember(MethodBase called)
    {
        var type = called.DeclaringType!;
        if (ModelTypes.Contains(type))
        {
            // Initial values belong to the object that is created, not to the run.
            return called.Name.StartsWith("set_", StringComparison.Ordinal) && !IsInit((MethodInfo)called)
                    ? $"{type.Name}.{called.Name[4..]}"
                : called.Name
                    is nameof(RunModel.AddLive)
                        or nameof(RunModel.RemoveLive)
                        or nameof(RunModel.MoveTask)
                        or nameof(RunModel.AppendTasks)
                    ? $"{type.Name}.{called.Name}"
                : null;
        }

        var isQueue =
            type.IsGenericType
            && type.Name.Split('`')[0] is "Queue" or "PriorityQueue"
            && type.GetGenericArguments() is [var item, ..]
            && (item == typeof(TaskNode) || item == typeof(LiveAttempt))
            && called.Name.Contains("queue", StringComparison.Ordinal);
        return isQueue ? $"{type.Name.Split('`')[0]} of {type.GetGenericArguments()[0].Name}" : null;
    }

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static class Writer
    {
        public static void Change(RunModel model, LiveAttempt attempt)
        {
            model.State = RunState.Paused;
            attempt.Task.AttemptCount++;
            attempt.Task.CacheLookup ??= CacheLookupOutcome.Miss;
            attempt.TimeLimit?.IsCounted |= true;
            model.RemoveLive(attempt);
            Run(() => attempt.IsDurable = true);
            model.CachedAttempts.Enqueue(attempt);
            model.TasksToLookUp.TryDequeue(out _, out _);
        }

        private static void Run(Action action) => action();
    }
}
